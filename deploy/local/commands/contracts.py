"""Mettre à jour ce qui se déduit des événements : schémas figés, exemples, AsyncAPI, pages."""

import argparse
import sys


def arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the verb."""
    parser.add_argument(
        "--check", action="store_true", help="dire ce qui n’est pas à jour, sans rien écrire"
    )


def run(options: argparse.Namespace) -> int:
    """Write the files; return 1 when a promise would be broken, or with --check when one is old."""
    from deploy.local.contracts import files

    if options.check:
        late = files.behind()
        for path in late:
            print(f"pas à jour : {path}")
        return 1 if late else 0
    try:
        changed = files.write()
    except files.BrokenPromises as broken:
        print(
            "Rien n’est écrit : un événement déjà publié ne change que par un champ facultatif "
            "ajouté. Déclarez une version suivante (v2) pour le reste.",
            file=sys.stderr,
        )
        for sentence in broken.sentences:
            print(f"  {sentence}", file=sys.stderr)
        return 1
    for path in changed:
        print(f"écrit : {path}")
    print(f"{len(changed)} fichier(s) mis à jour.")
    return 0
