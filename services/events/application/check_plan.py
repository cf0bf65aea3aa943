"""Check what staff say of an event against the rules, the kinds and the communes."""

from dataclasses import replace

from sqlmodel.ext.asyncio.session import AsyncSession

from services.events.domain.plan import EventPlan, InvalidPlan
from services.events.domain.refusals import UnknownCommune, UnknownKind
from services.events.domain.texts import without_controls
from services.events.persistence import events
from shared.territory import queries as territory


async def check_plan(session: AsyncSession, plan: EventPlan) -> EventPlan:
    """The plan, tidied, with the code of the commune of today. Raises `InvalidPlan`."""
    errors = plan.errors()
    if not await events.kind_exists(session, without_controls(plan.kind)):
        errors["kind"] = UnknownKind.reason
    commune = None
    if plan.commune == without_controls(plan.commune):
        commune = await territory.current_commune(session, plan.commune)
    if commune is None:
        errors["commune"] = UnknownCommune.reason
    if errors or commune is None:
        raise InvalidPlan(errors)
    return replace(
        plan,
        commune=commune.code,
        title=" ".join(plan.title.split()),
        place=" ".join(plan.place.split()),
        address=plan.address.strip(),
        description=plan.description.strip(),
        contact_email=plan.contact_email.strip(),
    )
