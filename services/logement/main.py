"""The service logement, described: what runs it is in `shared.runtime` and `deploy`."""

from services.logement.application.expire_proposals import expire_proposals
from services.logement.application.fill_demo import fill_demo
from services.logement.queries.request_cards import applicant_cards
from services.logement.settings import LogementSettings
from services.logement.web import (
    api,
    links,
    office_offers,
    office_requests,
    office_stays,
    outlines,
    public,
)
from shared.runtime import Job, Resources, Service

EXPIRY_BATCH = 100


async def _expire_proposals(resources: Resources) -> None:
    """Close what is overdue, batch after batch, until nothing is left."""
    done = EXPIRY_BATCH
    while done == EXPIRY_BATCH:
        async with resources.acting("expire-proposals") as session:
            done = await expire_proposals(session, now=resources.clock(), limit=EXPIRY_BATCH)


service = Service(
    name="logement",
    settings=LogementSettings,
    routers=(
        public.router,
        links.router,
        office_requests.router,
        office_offers.router,
        office_stays.router,
        outlines.router,
        api.router,
    ),
    jobs=(Job("expire-proposals", every_seconds=60.0, run=_expire_proposals),),
    cards=applicant_cards,
    territory=True,
    demo=fill_demo,
)
