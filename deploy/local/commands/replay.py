"""Refaire ce qu’un service sait des autres, ou publier de nouveau tout ce qu’il a dit."""

import argparse
import asyncio
import importlib
import os
from typing import TYPE_CHECKING

from deploy.local.nats import ADMINISTRATOR
from deploy.local.ports import LOOPBACK
from deploy.local.refusal import CannotRun
from deploy.local.services import SERVICES
from deploy.local.state import State, resolve_folder

if TYPE_CHECKING:
    from shared.messaging.rebuild import Place


def arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the verb."""
    parser.add_argument("service", metavar="SERVICE", choices=SERVICES, help=", ".join(SERVICES))
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--reader", metavar="NOM", help="la lecture à refaire (events-registration…)")
    what.add_argument(
        "--republish", action="store_true", help="refaire le flux du service depuis son journal"
    )
    parser.add_argument("--data", metavar="DOSSIER", help="le dossier de données de la plateforme")


def run(options: argparse.Namespace) -> int:
    """Replay while the platform runs; return 1 when the rebuilt tables were not the live ones."""
    place = _place(options.service, options.data)
    if options.republish:
        return asyncio.run(_republish(place))
    return asyncio.run(_rebuild(place, options.reader))


def _place(service: str, data: str | None) -> "Place":
    """Where the service is: given by the environment, or the platform that runs on this folder."""
    from shared.messaging.rebuild import Place

    prefix = service.upper()
    database, bus = os.environ.get(f"{prefix}_DATABASE_URL"), os.environ.get("DEPLOY_NATS_URL")
    folder = resolve_folder(data)
    state = State.open(folder) if folder.exists() else None
    if database is None or bus is None:
        if state is None or state.running() is None:
            raise CannotRun(
                f"Ancrage ne tourne pas sur le dossier {folder} : lancez d’abord ./ancrage up, "
                f"ou donnez {prefix}_DATABASE_URL et DEPLOY_NATS_URL."
            )
        ports = state.known_ports()
        secret = state.secret(f"db:{service}")
        database = (
            database or f"postgresql://{service}:{secret}@{LOOPBACK}:{ports['postgres']}/{service}"
        )
        secret = state.secret(f"nats:{ADMINISTRATOR}")
        bus = bus or f"nats://{ADMINISTRATOR}:{secret}@{LOOPBACK}:{ports['nats']}"
    return Place(service=service, database_url=database, nats_url=bus)


async def _rebuild(place: "Place", name: str) -> int:
    from shared.messaging.rebuild import RebuildFailed, rebuild
    from shared.messaging.shadow import UndeclaredTable
    from shared.runtime.accounts import with_accounts

    service = importlib.import_module(f"services.{place.service}.main").service
    readers = with_accounts(service.readers)
    known = [reader.name for reader in readers if reader.rebuilds]
    if name not in known:
        raise CannotRun(
            f"« {name} » ne se refait pas ; au choix : {', '.join(known) or 'aucune lecture'}."
        )
    try:
        done = await rebuild(place, readers, name)
    except (RebuildFailed, UndeclaredTable) as error:
        raise CannotRun(f"Rien n’a été changé : {error}.") from error
    print(f"{done.events} événements relus pour {', '.join(done.readers)}.")
    for table, before in done.before.items():
        same = "identique" if before == done.after[table] else "DIFFÉRENTE, remplacée"
        print(f"  {table} : {same} ({done.after[table]})")
    return 0 if done.before == done.after else 1


async def _republish(place: "Place") -> int:
    import asyncpg

    from shared.messaging.deploy import republish

    rows = await republish(place)
    print(f"Le flux est refait ; {rows} événements sont à publier de nouveau.")
    database = await asyncpg.connect(place.database_url)
    try:
        waiting, before = rows, -1
        while waiting and waiting != before:
            before = waiting
            for _ in range(100):
                waiting = await database.fetchval(
                    "SELECT count(*) FROM journal WHERE stream_seq IS NULL AND parked_at IS NULL"
                )
                if not waiting:
                    break
                await asyncio.sleep(0.1)
    finally:
        await database.close()
    if waiting:
        print(f"Il en reste {waiting} : ils partiront dès que le service publiera.")
        return 1
    print("Tout est publié.")
    return 0
