"""What the chassis promises to every service."""

from collections.abc import AsyncIterator, Callable
from typing import Annotated

import httpx
import pytest
from fastapi import APIRouter, Form
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field
from sqlalchemy import text

from shared.contracts.refusal import Invalid, Refused
from shared.runtime import Service, ServiceSettings
from shared.runtime.running import RunningService
from shared.runtime.web import Now, Session
from shared.security import public, staff
from tests.shared.runtime.conftest import client

pytestmark = [pytest.mark.postgres, pytest.mark.nats]

router = APIRouter()
Header = Callable[..., dict[str, str]]


class Full(Refused):
    """No seat left."""

    type = "complet"
    reason = "C'est complet."


class Thing(BaseModel):
    """What the API of the tests takes."""

    model_config = ConfigDict(extra="forbid")
    word: str = Field(max_length=200)
    at: AwareDatetime | None = None


@router.post("/api/v1/things", status_code=201, dependencies=[public()])
async def keep(thing: Thing, session: Session, now: Now) -> dict[str, str]:
    """Keep a word; some words are refused after they were written."""
    await session.execute(text("INSERT INTO kept VALUES (:word)"), {"word": thing.word})
    if thing.word == "complet":
        raise Full
    if thing.word == "champ":
        raise Invalid("Ce mot ne va pas.", field="word")
    if thing.word == "bogue":
        raise RuntimeError("a secret of ours")
    return {"word": thing.word, "at": now.isoformat()}


@router.get("/api/v1/secret", dependencies=[staff("logement")])
async def secret() -> dict[str, str]:
    """For one role."""
    return {"secret": "42"}


@router.post("/formulaire", dependencies=[public()])
async def form(word: Annotated[str, Form()]) -> dict[str, str]:
    """A public form."""
    return {"word": word}


@router.get("/page", dependencies=[staff()])
async def page() -> dict[str, str]:
    """A staff page."""
    return {}


@pytest.fixture
async def running(settings: ServiceSettings) -> AsyncIterator[RunningService]:
    """The service of the tests, its messaging left stopped."""
    service = Service(name="events", settings=ServiceSettings, routers=(router,))
    made = RunningService(service, settings)
    yield made
    await made.stop(grace=1)


@pytest.fixture
async def web(running: RunningService) -> AsyncIterator[httpx.AsyncClient]:
    """Somebody in front of it."""
    async with client(running.app) as made:
        yield made


async def kept(running: RunningService) -> list[str]:
    """The words that were committed."""
    async with running.resources.sessions() as session:
        return [row.word for row in await session.execute(text("SELECT word FROM kept"))]


async def test_the_answer_leaves_after_the_commit(
    web: httpx.AsyncClient, running: RunningService
) -> None:
    answer = await web.post("/events/api/v1/things", json={"word": "bonjour"})
    assert (answer.status_code, await kept(running)) == (201, ["bonjour"])


async def test_a_refusal_keeps_nothing_and_says_why(
    web: httpx.AsyncClient, running: RunningService
) -> None:
    answer = await web.post("/events/api/v1/things", json={"word": "complet"})
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json() == {
        "type": "/problemes/complet",
        "title": "Impossible en l'état",
        "status": 409,
        "detail": "C'est complet.",
    }
    assert await kept(running) == []


async def test_a_field_in_fault_is_named(web: httpx.AsyncClient) -> None:
    answer = await web.post("/events/api/v1/things", json={"word": "champ"})
    assert answer.status_code == 422
    assert answer.json()["errors"] == [{"field": "word", "reason": "Ce mot ne va pas."}]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ('{"word": "x", "at": "hier"}', "at"),
        ('{"word": "x", "at": "2027-02-31T10:00:00Z"}', "at"),
        ('{"word": "x", "at": "2027-02-01T10:00:00"}', "at"),
        ('{"word": 12}', "word"),
        ("{}", "word"),
        ('{"word": "' + "x" * 300 + '"}', "word"),
        ('{"word": "x", "other": 1}', "other"),
        ("{not json", None),
    ],
)
async def test_bad_input_gets_french_sentences(
    web: httpx.AsyncClient, body: str, field: str | None
) -> None:
    answer = await web.post(
        "/events/api/v1/things", content=body, headers={"content-type": "application/json"}
    )
    assert answer.status_code == 422
    problem = answer.json()
    assert problem["type"] == "/problemes/saisie-invalide"
    if field is not None:
        assert problem["errors"][0]["field"] == field
    assert problem["errors"][0]["reason"].endswith(".")


async def test_three_megabytes_are_refused_whole(
    web: httpx.AsyncClient, running: RunningService
) -> None:
    answer = await web.post("/events/api/v1/things", json={"word": "x" * 3_000_000})
    assert (answer.status_code, await kept(running)) == (413, [])
    assert "rien n'a été enregistré" in answer.json()["detail"]


async def test_three_megabytes_without_a_length_are_refused_too(web: httpx.AsyncClient) -> None:
    async def chunks() -> AsyncIterator[bytes]:
        for _ in range(30):
            yield b"x" * 100_000

    answer = await web.post(
        "/events/api/v1/things", content=chunks(), headers={"content-type": "application/json"}
    )
    assert answer.status_code == 413


async def test_a_bug_tells_nothing_of_us(web: httpx.AsyncClient, running: RunningService) -> None:
    answer = await web.post("/events/api/v1/things", json={"word": "bogue"})
    assert answer.status_code == 500
    assert "secret" not in answer.text
    assert await kept(running) == []


async def test_without_a_token_the_api_asks_for_one(web: httpx.AsyncClient) -> None:
    answer = await web.get("/events/api/v1/secret")
    assert (answer.status_code, answer.headers["www-authenticate"]) == (401, "Bearer")


async def test_the_role_decides(web: httpx.AsyncClient, bearer: Header) -> None:
    statuses = [
        (await web.get("/events/api/v1/secret", headers=bearer(role))).status_code
        for role in ("logement", "prospection", "admin")
    ]
    assert statuses == [200, 403, 200]


async def test_a_page_without_session_sends_to_sign_in(web: httpx.AsyncClient) -> None:
    answer = await web.get("/events/page?q=1")
    assert answer.status_code == 303
    assert answer.headers["location"] == "/events/session/debut?retour=/events/page%3Fq%3D1"


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"sec-fetch-site": "same-origin"}, 200),
        ({"sec-fetch-site": "cross-site"}, 403),
        ({"origin": "http://127.0.0.1:8041"}, 200),
        ({"origin": "http://ailleurs.example"}, 403),
    ],
)
async def test_a_form_of_another_site_is_refused(
    web: httpx.AsyncClient, headers: dict[str, str], status: int
) -> None:
    answer = await web.post("/events/formulaire", data={"word": "x"}, headers=headers)
    assert answer.status_code == status


async def test_every_answer_carries_the_security_headers(web: httpx.AsyncClient) -> None:
    answer = await web.get("/events/sante/vivant")
    policy = answer.headers["content-security-policy"]
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy
    assert answer.headers["x-content-type-options"] == "nosniff"


async def test_a_route_without_a_policy_stops_the_start(settings: ServiceSettings) -> None:
    bare = APIRouter()

    @bare.get("/nue")
    async def nothing() -> dict[str, str]:
        return {}

    service = Service(name="events", settings=ServiceSettings, routers=(bare,))
    with pytest.raises(ValueError, match="GET /nue"):
        RunningService(service, settings)


async def test_public_operations_say_so_in_openapi(web: httpx.AsyncClient) -> None:
    paths = (await web.get("/events/api/openapi.json")).json()["paths"]
    assert paths["/api/v1/things"]["post"]["security"] == []
    assert "security" not in paths["/api/v1/secret"]["get"]


async def test_ready_says_which_alarm_stands(
    web: httpx.AsyncClient, running: RunningService
) -> None:
    running.node.alarms.raise_("essai", "Une alarme.", blocking=True)
    answer = await web.get("/events/sante/pret")
    assert answer.status_code == 503
    assert answer.json() == {"pret": False, "alarmes": {"essai": "Une alarme."}}
