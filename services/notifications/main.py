"""The service notifications, described."""

from typing import cast

from services.notifications.settings import NotificationsSettings
from services.notifications.subscriptions import cards, events, logement
from services.notifications.subscriptions.sending import send_owed_messages, watch_awaiting
from services.notifications.web import api, office
from shared.runtime import Job, Resources, Service


async def _send(resources: Resources) -> None:
    settings = cast("NotificationsSettings", resources.settings)
    await send_owed_messages(resources, settings.outgoing())


service = Service(
    name="notifications",
    settings=NotificationsSettings,
    routers=(office.router, api.router),
    territory=True,
    readers=(*events.READERS, *logement.READERS, *cards.READERS),
    card_readers=cards.CARD_READERS,
    jobs=(
        Job("envoyer les messages dus", every_seconds=0.5, run=_send),
        Job("signaler les messages qui attendent", every_seconds=60.0, run=watch_awaiting),
    ),
)
