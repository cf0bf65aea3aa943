"""The service events, described: what runs it is in `shared.runtime` and `deploy`."""

from services.events.application.fill_demo import fill_demo
from services.events.application.forget_old_keys import forget_old_keys
from services.events.queries.participant_cards import participant_cards
from services.events.settings import EventsSettings
from services.events.web import api, manage, office, office_actions, public, registration
from shared.runtime import Job, Resources, Service


async def _forget_old_keys(resources: Resources) -> None:
    async with resources.acting("forget-old-keys") as session:
        await forget_old_keys(session, now=resources.clock())


service = Service(
    name="events",
    settings=EventsSettings,
    routers=(
        public.router,
        registration.router,
        manage.router,
        office.router,
        office_actions.router,
        api.router,
    ),
    jobs=(Job("forget-old-keys", every_seconds=3_600.0, run=_forget_old_keys),),
    cards=participant_cards,
    territory=True,
    demo=fill_demo,
)
