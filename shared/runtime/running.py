"""A running service: web application, messaging, jobs; started and stopped in order."""

from collections.abc import Callable
from datetime import datetime
from importlib import import_module
from pathlib import Path
from uuid import UUID

from fastapi import FastAPI
from sqlmodel.ext.asyncio.session import AsyncSession

from shared.messaging import directory
from shared.messaging.node import Listening, Node
from shared.persistence.sessions import Database
from shared.runtime import (
    clock,
    dead_letters,
    health,
    metrics,
    openapi,
    problems,
    session_routes,
)
from shared.runtime.accounts import with_account_cards, with_accounts
from shared.runtime.jobs import Jobs
from shared.runtime.middleware import Surroundings
from shared.runtime.service import Resources, Service
from shared.runtime.settings import ServiceSettings
from shared.security.policies import require_policies
from shared.security.sessions import cookie_name
from shared.telemetry import Telemetry
from shared.territory.seed import seed
from shared.ui import Ui

Clock = Callable[[], datetime]

_CHASSIS = (session_routes.router, health.router, metrics.router, dead_letters.router)
"""What every service answers beside its own pages."""


class RunningService:
    """One service in this process."""

    def __init__(
        self,
        service: Service,
        settings: ServiceSettings,
        *,
        read_clock: Clock = clock.now,
        telemetry: Telemetry | None = None,
    ) -> None:
        self.service = service
        self.telemetry = telemetry or Telemetry(service.name)
        self.database = Database(settings.database_url, name=service.name)
        self.node = Node(
            service.name,
            settings.nats_url,
            self.database,
            self.telemetry,
            listening(service),
            clock=read_clock,
        )
        self.resources = Resources(
            settings=settings,
            database=self.database,
            node=self.node,
            telemetry=self.telemetry,
            clock=read_clock,
            stopping=lambda: bool(self.app.state.stopping),
        )
        self.jobs = Jobs(service.jobs, self.resources)
        self.app = _application(service, settings, self.resources)

    async def start(self) -> None:
        """Load what is always needed, then listen and work."""
        if self.service.territory:
            async with self.resources.sessions() as session:
                await seed(session)
        if self.service.reference is not None:
            async with self.resources.acting("internal: reference") as session:
                await self.service.reference(session, self.resources.clock())
        await self.node.start()
        self.jobs.start()

    async def load_demo(self) -> None:
        """Invented people and evenings, for a laptop; does nothing the second time."""
        if self.service.demo is not None:
            async with self.resources.acting("internal: demo") as session:
                await self.service.demo(session, self.resources.clock())

    async def stop(self, grace: float = 10) -> None:
        """Readiness off, jobs and lanes finished, last relay pass, then connections."""
        self.app.state.stopping = True
        await self.jobs.stop(grace)
        await self.node.stop(grace)
        await self.database.close()
        self.telemetry.close()


def listening(service: Service) -> Listening:
    """Everything `service` says and hears, what the chassis adds included."""
    return Listening(
        readers=with_accounts(service.readers),
        card_readers=with_account_cards(service.name, service.card_readers),
        cards=service.cards,
    )


def _application(service: Service, settings: ServiceSettings, resources: Resources) -> FastAPI:
    app = FastAPI(
        title=f"Ancrage · {service.name}",
        version="1",
        openapi_url="/api/openapi.json",
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
    )
    for router in (*service.routers, *_CHASSIS):
        app.include_router(router)
    require_policies(app)
    _fill_state(app, service, settings, resources)
    problems.install(app)
    folder = Path(str(import_module(f"services.{service.name}").__file__)).parent
    ui = Ui(
        service.name,
        folder / "web" / "templates",
        agency=settings.agency,
        bytecode_folder=_bytecode_folder(settings, service.name),
    )
    ui.install(app, settings.ui_secret)
    app.add_middleware(Surroundings, telemetry=resources.telemetry, secure=settings.secure)
    app.openapi = lambda: openapi.document(app)  # type: ignore[method-assign] # FastAPI's documented way
    return app


def _fill_state(
    app: FastAPI, service: Service, settings: ServiceSettings, resources: Resources
) -> None:
    app.state.service = service.name
    app.state.settings = settings
    app.state.resources = resources
    app.state.database = resources.database
    app.state.clock = resources.clock
    app.state.issuer_public_jwk = settings.issuer_key
    app.state.secure = settings.secure
    app.state.session_cookie = cookie_name(service.name, secure=settings.secure)
    app.state.stopping = False
    app.state.display_name = _display_name


async def _display_name(session: AsyncSession, account_id: UUID) -> str | None:
    entry = await directory.card(session, account_id, "identity")
    if entry is None or entry.last_name is None:
        return None
    return f"{entry.first_name} {entry.last_name}".strip()


def _bytecode_folder(settings: ServiceSettings, name: str) -> Path | None:
    if settings.bytecode_folder is None:
        return None
    folder = Path(settings.bytecode_folder) / name
    folder.mkdir(parents=True, exist_ok=True)
    return folder
