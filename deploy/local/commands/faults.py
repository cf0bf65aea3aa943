"""Éprouver la plateforme : processus tués, liens coupés, messages gâtés ; rien ne doit manquer."""

import argparse
import asyncio
import json
import logging
import os
import secrets
from pathlib import Path

from deploy.local.faults.catalogue import SCENARIOS, Scenario
from deploy.local.faults.report import write_report
from deploy.local.faults.suite import Suite
from deploy.local.journal import say
from deploy.local.refusal import CannotRun

_TIERS = ("short", "whole")


def arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the verb."""
    parser.add_argument("--tier", choices=_TIERS, default="whole", help="short : quatre minutes")
    parser.add_argument("--only", metavar="S1,S2", help="ces scénarios seulement")
    parser.add_argument("--seed", type=int, help="la graine du tirage (sinon tirée et affichée)")
    parser.add_argument("--scale", type=float, default=1.0, help="facteur sur les nombres (1)")
    parser.add_argument(
        "--controls", action="store_true", help="ôter aussi chaque protection : doit virer au rouge"
    )
    parser.add_argument("--json", metavar="FICHIER", help="où écrire les résultats")


def run(options: argparse.Namespace) -> int:
    """Play the scenarios; return 1 when one is red."""
    chosen = _chosen(options.tier, options.only)
    seed = options.seed if options.seed is not None else secrets.randbelow(2**32)
    say(f"Graine : {seed}")
    short = options.tier == "short"
    scales = {one.id: options.scale * ((one.short or 1.0) if short else 1.0) for one in chosen}
    # S4 breaks a bus under our own relay: its cries are expected.
    logging.getLogger("shared").addHandler(logging.NullHandler())
    suite = Suite(seed, say, scales)
    played = asyncio.run(suite.play(chosen, controls=options.controls))
    content = {"seed": seed, "scenarios": [one.as_json() for one in played]}
    if options.json:
        target = Path(os.environ.get("ANCRAGE_TYPED_IN", ".")) / options.json
        try:
            target.write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n")
        except OSError as error:
            raise CannotRun(f"Impossible d’écrire {target} ({error.strerror}).") from error
    if len(played) == len(SCENARIOS):
        write_report(seed, options.tier, options.scale, played)
    green = sum(one.ok for one in played)
    say(f"{green} scénarios verts sur {len(played)}.")
    return 0 if green == len(played) else 1


def _chosen(tier: str, only: str | None) -> list[Scenario]:
    if only is None:
        return [one for one in SCENARIOS if tier == "whole" or one.short]
    wanted = {name.strip().upper() for name in only.split(",")}
    unknown = wanted - {one.id for one in SCENARIOS}
    if unknown:
        known = ", ".join(one.id for one in SCENARIOS)
        raise CannotRun(f"Scénario inconnu : {', '.join(sorted(unknown))} (au choix : {known}).")
    return [one for one in SCENARIOS if one.id in wanted]
