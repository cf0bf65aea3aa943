"""The service prospection, described: what runs it is in `shared.runtime` and `deploy`."""

from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from services.prospection.application.fill_demo import fill_demo
from services.prospection.application.load_known_missions import load_known_missions
from services.prospection.application.work_on_imports import (
    erase_staged_lines,
    read_next_file,
    write_confirmed,
)
from services.prospection.queries.person_cards import person_cards
from services.prospection.settings import ProspectionSettings
from services.prospection.subscriptions import CARD_READERS, READERS
from services.prospection.web import (
    api,
    api_imports,
    api_territory,
    chains,
    doubts,
    home,
    imports,
    missions,
    people,
    person_actions,
    territories,
)
from shared.runtime import Job, Resources, Service


async def _load_reference(session: AsyncSession, now: datetime) -> None:
    """The congresses and the schools."""
    await load_known_missions(session, now=now)


async def _work_on_imports(resources: Resources) -> None:
    while await read_next_file(resources.sessions):
        pass
    while await write_confirmed(resources.sessions, resources.clock):
        pass


async def _erase_staged_lines(resources: Resources) -> None:
    async with resources.acting("internal: erase-staged-lines") as session:
        await erase_staged_lines(session, now=resources.clock())


service = Service(
    name="prospection",
    settings=ProspectionSettings,
    routers=(
        home.router,
        people.router,
        person_actions.router,
        missions.router,
        imports.router,
        doubts.router,
        chains.router,
        territories.router,
        territories.outlines,
        api.router,
        api_imports.router,
        api_territory.router,
    ),
    readers=READERS,
    card_readers=CARD_READERS,
    jobs=(
        Job("imports", every_seconds=5.0, run=_work_on_imports),
        Job("erase-staged-lines", every_seconds=3_600.0, run=_erase_staged_lines),
    ),
    cards=person_cards,
    territory=True,
    reference=_load_reference,
    demo=fill_demo,
)
