"""What a route may ask for: a transaction, the time, the settings, the running service."""

from collections.abc import AsyncIterator
from datetime import datetime
from typing import Annotated

from fastapi import Depends, Request
from sqlmodel.ext.asyncio.session import AsyncSession

from shared.messaging.causes import because_of_a_click
from shared.runtime.service import Resources
from shared.runtime.settings import ServiceSettings


async def _resources(request: Request) -> Resources:
    resources: Resources = request.app.state.resources
    return resources


async def _session(request: Request) -> AsyncIterator[AsyncSession]:
    """One request, one transaction: committed before the answer leaves, rolled back on a raise."""
    resources: Resources = request.app.state.resources
    with because_of_a_click(_action(request)):
        async with resources.sessions() as session:
            yield session


async def _now(request: Request) -> datetime:
    moment: datetime = request.app.state.clock()
    return moment


async def _settings(request: Request) -> ServiceSettings:
    settings: ServiceSettings = request.app.state.settings
    return settings


def _action(request: Request) -> str:
    """What was asked, without any id: method and route template."""
    route = request.scope.get("route")
    template = getattr(route, "path", "")
    return f"{request.app.state.service}: {request.method} {template}"


# scope="function": the commit comes before the answer, never after a 201 was already promised.
Session = Annotated[AsyncSession, Depends(_session, scope="function")]
Now = Annotated[datetime, Depends(_now)]
Settings = Annotated[ServiceSettings, Depends(_settings)]
Running = Annotated[Resources, Depends(_resources)]
