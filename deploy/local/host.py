"""Every service behind one address: in this process, or each in its own behind a front door."""

import importlib
import os
import socket
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import FileResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.types import ASGIApp

from deploy.local.addresses import Addresses
from deploy.local.configuration import Configuration, values_of
from deploy.local.mailbox import Mailbox, start_catcher
from deploy.local.mailbox_pages import MOUNT, mailbox_pages
from deploy.local.ports import LOOPBACK
from deploy.local.services import SERVICES
from deploy.local.state import State
from deploy.local.web_server import WebServer
from shared.runtime.host import front, start_all, stop_all
from shared.runtime.running import RunningService

_READY_LIMIT_SECONDS = 60.0


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What `up` asks for."""

    state: State
    addresses: Addresses
    listener: socket.socket
    lan: bool = False
    processes: bool = False
    demo: bool = True


@dataclass(frozen=True, kw_only=True)
class Host:
    """What is served, and where."""

    address: str
    processes: Mapping[str, int] = field(default_factory=dict)

    def pids(self) -> dict[str, int]:
        """Return the process of each service that has its own."""
        return dict(self.processes)


async def serve(wanted: Wanted, stack: AsyncExitStack) -> Host:
    """Serve everything; `stack` stops it in order. Every service answers when this returns."""
    port = int(wanted.listener.getsockname()[1])
    extra: list[BaseRoute] = []
    certificate = key = None
    address = f"http://{LOOPBACK}:{port}"
    hosts = {LOOPBACK, "localhost", "::1"}
    if wanted.lan:
        from deploy.local.lan import https_files, lan_address

        address = f"https://{lan_address()}:{port}"
        hosts.add(lan_address())
        files = https_files(wanted.state.folder, lan_address())
        certificate, key = files.certificate, files.key
        extra.append(_authority(str(files.authority)))
    configuration = Configuration(
        state=wanted.state,
        addresses=wanted.addresses,
        public_url=address,
        smtp_url=await _smtp(wanted.state, extra, stack),
    )
    if wanted.processes:
        from deploy.local.separate import start_separate

        applications, pids = await start_separate(configuration, stack, demo=wanted.demo)
    else:
        applications, pids = await _start_here(configuration, stack, demo=wanted.demo), {}
    server = WebServer(
        front(applications, *extra, hosts=hosts),
        wanted.listener,
        certificate=certificate,
        key=key,
    )
    await server.start()
    stack.push_async_callback(server.stop)
    stack.callback(_readiness_off, [app for _, app in applications])
    return Host(address=address, processes=pids)


def _readiness_off(applications: Sequence[ASGIApp]) -> None:
    """Answer « not ready » from now on, while requests under way finish."""
    for app in applications:
        if isinstance(app, Starlette):
            app.state.stopping = True


async def _start_here(
    configuration: Configuration, stack: AsyncExitStack, *, demo: bool
) -> Sequence[tuple[str, ASGIApp]]:
    """Start every service in this process."""
    services = [_running(name, configuration) for name in SERVICES]
    stack.push_async_callback(stop_all, services)
    await start_all(services)
    if demo:
        for service in services:
            await service.load_demo()
    return [(service.service.name, service.app) for service in services]


def _running(name: str, configuration: Configuration) -> RunningService:
    service = importlib.import_module(f"services.{name}.main").service
    return RunningService(service, service.settings(**values_of(name, configuration)))


async def _smtp(state: State, extra: list[BaseRoute], stack: AsyncExitStack) -> str:
    """Return where mails go: the server of `SMTP_URL`, else our catcher and its pages."""
    given = os.environ.get("SMTP_URL") or os.environ.get("NOTIFICATIONS_SMTP_URL")
    if given:
        return given
    mailbox = Mailbox(state.folder / "courrier")
    port = state.port("smtp")
    catcher = await start_catcher(mailbox, port)
    stack.callback(catcher.close)
    pages = mailbox_pages(mailbox, state.secret("ui:courrier"), lambda: datetime.now(UTC))
    extra += [Mount(MOUNT, pages), Route(MOUNT, _to_mailbox)]
    return f"smtp://{LOOPBACK}:{port}"


async def _to_mailbox(_request: Request) -> Response:
    return RedirectResponse(f"{MOUNT}/", 307)


def _authority(path: str) -> BaseRoute:
    """Offer the local authority to a phone whose owner wants to trust it."""

    async def send(_request: Request) -> Response:
        return FileResponse(path, media_type="application/x-x509-ca-cert")

    return Route("/autorite.crt", send)
