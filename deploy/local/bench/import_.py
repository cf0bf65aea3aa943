"""Import de 50 000 contacts inventés, comparé au `COPY` des mêmes personnes.

Un CSV comme on les fait, par les cas d’usage du service sur une vraie base : lecture, essai à
blanc, écriture par parties (doublons, journal et fiches compris) ; puis le `COPY` dans la même
table vidée, avec ses index. Valeurs médianes de trois essais.
"""

import asyncio
import io
import shutil
import threading
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date
from statistics import median
from typing import Final, Self
from uuid import UUID

import asyncpg

from deploy.local.crowd import contact_file, people
from deploy.local.databases import ensure_databases
from deploy.local.measures import Row, open_folder, resident_megabytes, share_of, told
from deploy.local.postgres import start_postgres
from deploy.local.state import State
from services.prospection.application.confirm_import import confirm_import
from services.prospection.application.prepare_mission import PrepareMission, prepare_mission
from services.prospection.application.read_file import read_file
from services.prospection.application.start_import import StartImport, receive_import
from services.prospection.application.work_on_imports import read_next_file, write_confirmed
from services.prospection.domain.importing import ImportState
from services.prospection.domain.mission import MissionKind
from services.prospection.persistence import imports
from shared.persistence.migrations import upgrade
from shared.persistence.sessions import Database
from shared.runtime import clock

LINES: Final = 50_000
KNOWN_LINES: Final = 2_000
"""How many of the lines are about persons whom an earlier import met."""
ROUNDS: Final = 3
BAR: Final = 0.02
_SERVICE: Final = "prospection"
_EMPTIED: Final = (
    "TRUNCATE person, role, doubt, import_batch, import_line, timeline_line, journal, "
    "aggregate_sequence, card_mark"
)


@dataclass(frozen=True, kw_only=True)
class _Round:
    """The seconds of each phase of one import, what it wrote, the memory (MB) it took and kept."""

    parse: float
    dry_run: float
    write: float
    copy_rate: float
    persons: int
    journal_rows: int
    peak: float
    kept: float


async def run(scale: float) -> list[Row]:
    """Import the same file three times, each time into emptied tables, and copy after each."""
    lines, known = max(20, int(LINES * scale)), max(5, int(KNOWN_LINES * scale))
    crowd = people(lines)
    earlier = contact_file(crowd[:known], (), known)
    content = contact_file(crowd[:known], crowd[known:], lines)
    async with _database() as database:
        mission_id = await _mission(database)
        before = resident_megabytes()
        rounds = [
            await _round(database, mission_id, earlier, content)
            for _ in range(ROUNDS if scale >= 1 else 1)
        ]
    return [
        share_of(
            "import_rows_per_second",
            [lines / (one.dry_run + one.write) for one in rounds],
            "lignes/s",
            against=[one.copy_rate for one in rounds],
            bar=BAR,
        ),
        told("parse_rows_per_second", lines / median(one.parse for one in rounds), "lignes/s"),
        told("dry_run_rows_per_second", lines / median(one.dry_run for one in rounds), "lignes/s"),
        told("write_rows_per_second", lines / median(one.write for one in rounds), "lignes/s"),
        told("persons_written", float(rounds[-1].persons), "personnes"),
        told("journal_rows_written", float(rounds[-1].journal_rows), "lignes"),
        told("memory_peak_mb", max(one.peak for one in rounds) - before, "Mo"),
        told("memory_kept_mb", rounds[0].kept - before, "Mo"),
        told("memory_growth_mb", rounds[-1].kept - rounds[0].kept, "Mo"),
    ]


@asynccontextmanager
async def _database() -> AsyncIterator[Database]:
    """The database of the service, alone on a server of its own, as `./ancrage up` makes it."""
    folder = open_folder()
    state = State.open(folder)
    server = await start_postgres(state)
    try:
        word = state.secret(f"db:{_SERVICE}")
        url = (await ensure_databases(server, {_SERVICE: word}))[_SERVICE]
        await upgrade(_SERVICE, url)
        database = Database(url, name="mesure")
        try:
            yield database
        finally:
            await database.close()
    finally:
        await server.stop()
        shutil.rmtree(folder, ignore_errors=True)


async def _mission(database: Database) -> UUID:
    wanted = PrepareMission(
        kind=MissionKind.CONGRESS, title="Congrès inventé", starts_on=date(2027, 3, 24)
    )
    async with database.transaction() as session:
        return (await prepare_mission(session, wanted, now=clock.now())).id


async def _round(database: Database, mission_id: UUID, earlier: bytes, content: bytes) -> _Round:
    """One import into emptied tables where some persons are known, then the copy of its persons."""
    connection = await asyncpg.connect(database.url)
    try:
        await connection.execute(_EMPTIED)
        await _import(database, mission_id, earlier)
        await connection.execute("ANALYZE")
        known = await connection.fetchval("SELECT count(*) FROM person")
        said = await connection.fetchval("SELECT count(*) FROM journal")
        parse = await _parse(content)
        with _Peak() as peak:
            dry_run, write = await _import(database, mission_id, content)
        persons = await connection.fetchval("SELECT count(*) FROM person")
        journal_rows = await connection.fetchval("SELECT count(*) FROM journal")
        return _Round(
            parse=parse,
            dry_run=dry_run,
            write=write,
            copy_rate=await _copy(connection),
            persons=persons - known,
            journal_rows=journal_rows - said,
            peak=peak.megabytes,
            kept=resident_megabytes(),
        )
    finally:
        await connection.close()


async def _parse(content: bytes) -> float:
    """The seconds of the reading alone, which is a part of the dry run."""
    begun = time.perf_counter()
    await asyncio.to_thread(read_file, content, "liste.csv", mapping={}, default_role="contact")
    return time.perf_counter() - begun


async def _import(database: Database, mission_id: UUID, content: bytes) -> tuple[float, float]:
    """Do what the page and its job do; return the seconds of the dry run and of the write."""
    begun = time.perf_counter()
    command = StartImport(mission_id=mission_id, filename="liste.csv", content=content)
    async with database.transaction() as session:
        batch = await receive_import(session, command, now=clock.now())
    while await read_next_file(database.transaction):
        pass
    ready = time.perf_counter()
    async with database.transaction() as session:
        await confirm_import(session, batch.id, by=None, now=clock.now())
    while await write_confirmed(database.transaction, clock.now):
        pass
    done = time.perf_counter()
    async with database.transaction() as session:
        written = await imports.get(session, batch.id)
    if written is None or written.state != ImportState.DONE or written.created == 0:
        raise RuntimeError("the import did not end well: its time says nothing")
    return ready - begun, done - ready


async def _copy(connection: asyncpg.Connection) -> float:
    """Copy all persons out, empty the table, copy them back; the rows per second of the latter."""
    rows = io.BytesIO()
    await connection.copy_from_table("person", output=rows, format="binary")
    await connection.execute("TRUNCATE person CASCADE")
    rows.seek(0)
    begun = time.perf_counter()
    told_by_server = await connection.copy_to_table("person", source=rows, format="binary")
    return int(told_by_server.split()[-1]) / (time.perf_counter() - begun)


class _Peak:
    """The highest resident memory of this process while the block runs, in MB."""

    def __init__(self) -> None:
        self.megabytes = 0.0
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._over.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._over.wait(0.05):
            self.megabytes = max(self.megabytes, resident_megabytes())
