"""The command line: `./ancrage VERB`, each verb a module of `deploy.local.commands`."""

import argparse
import importlib
import sys
from typing import Final

from deploy.local.refusal import CannotRun

# Verb → what the help says of it. The module is imported only when its verb is used.
VERBS: Final = {
    "up": "démarrer la plateforme sur ce poste et afficher son adresse",
    "test": "lancer les tests (les arguments suivants vont à pytest)",
    "check": "vérifier la forme, les types et les règles de la maison",
    "token": "afficher un jeton d’accès à l’API de la plateforme qui tourne",
    "bench": "mesurer (start, import…) et écrire les résultats",
    "replay": "refaire ce qu’un service sait des autres, ou publier de nouveau son journal",
    "faults": "casser la plateforme de toutes les façons et vérifier que rien ne manque",
    "contracts": "mettre à jour les schémas, exemples et pages des événements",
    "doctor": "dire ce qui manque sur cette machine et comment l’obtenir",
}
# The words of argparse itself.
_FRENCH: Final = {
    "usage: ": "usage : ",
    "positional arguments": "arguments",
    "options": "options",
    "show this help message and exit": "afficher cette aide",
    "the following arguments are required: %s": "il manque : %s",
    "unrecognized arguments: %s": "argument inconnu : %s",
    "argument %(argument_name)s: %(message)s": "%(argument_name)s : %(message)s",
    "%(prog)s: error: %(message)s\n": "%(message)s\n",
    "expected one argument": "il manque une valeur",
    "invalid choice: %(value)r (choose from %(choices)s)": (
        "« %(value)s » n’existe pas (au choix : %(choices)s)"
    ),
    "invalid %(type)s value: %(value)r": "« %(value)s » n’est pas un nombre",
}


def _parser() -> argparse.ArgumentParser:
    known = "\n".join(f"  {verb:<8} {text}" for verb, text in VERBS.items())
    parser = argparse.ArgumentParser(
        prog="./ancrage",
        description="Ancrage sur ce poste.",
        epilog=f"verbes :\n{known}\n\n« ./ancrage VERBE --help » détaille un verbe.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("verb", metavar="VERBE", choices=VERBS, help="ce qu’il faut faire")
    return parser


def main(arguments: list[str] | None = None) -> int:
    """Run the verb named first; return its exit code (2: a cause outside Ancrage)."""
    given = sys.argv[1:] if arguments is None else arguments
    vars(argparse)["_"] = lambda text: _FRENCH.get(text, text)
    parsed = _parser().parse_args(given[:1])
    command = importlib.import_module(f"deploy.local.commands.{parsed.verb}")
    verb = argparse.ArgumentParser(prog=f"./ancrage {parsed.verb}", description=command.__doc__)
    command.arguments(verb)
    if getattr(command, "PASSES_ARGUMENTS_ON", False):
        options, rest = verb.parse_known_args(given[1:])
        options.rest = rest
    else:
        options = verb.parse_args(given[1:])
    try:
        return int(command.run(options))
    except CannotRun as refusal:
        print(refusal, file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())
