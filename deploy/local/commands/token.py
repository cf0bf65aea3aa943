"""Afficher un jeton d’accès à l’API de la plateforme qui tourne (12 heures)."""

import argparse
from datetime import UTC, datetime, timedelta
from typing import Final

from deploy.local.refusal import CannotRun
from deploy.local.state import State, resolve_folder
from shared.security.actor import Role

ROLES: Final = tuple(role.value for role in Role)
_LIFETIME: Final = timedelta(hours=12)


def arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the verb."""
    parser.add_argument("role", metavar="RÔLE", choices=ROLES, help=", ".join(ROLES))
    parser.add_argument("--data", metavar="DOSSIER", help="le dossier de données de la plateforme")


def run(options: argparse.Namespace) -> int:
    """Print the token alone, so that a script can take it."""
    folder = resolve_folder(options.data)
    state = State.open(folder) if folder.exists() else None
    if state is None or state.running() is None:
        raise CannotRun(
            f"Ancrage ne tourne pas sur le dossier {folder} : lancez d’abord ./ancrage up."
        )
    print(mint_for(state, options.role))
    return 0


def mint_for(state: State, role: str) -> str:
    """Return a bearer token of that role, signed by the key of this data folder."""
    from shared.security import tokens

    return tokens.mint(
        state.issuer_key(),
        subject=f"local:{role}",
        roles=[role],
        audience="api",
        lifetime=_LIFETIME,
        now=datetime.now(UTC),
    )
