"""What strangers and broken programs send: never a bug, never an answer without its guards."""

import base64
from collections.abc import AsyncIterator
from typing import Annotated

import httpx
import pytest
from fastapi import APIRouter, File, UploadFile
from pydantic import BaseModel, Field
from sqlalchemy import text

from shared.contracts.refusal import Invalid
from shared.persistence.tables import uuid7
from shared.runtime import Service, ServiceSettings
from shared.runtime.fields import Count, Instant
from shared.runtime.host import front
from shared.runtime.paging import Cursor
from shared.runtime.running import RunningService
from shared.runtime.session_routes import local_path
from shared.runtime.web import Session
from shared.security import public, sessions, staff

pytestmark = [pytest.mark.postgres, pytest.mark.nats]

SITE = "http://127.0.0.1:8041"
router = APIRouter()


class Noted(BaseModel):
    """A body of the tests."""

    word: str = Field(max_length=200)
    count: Count = 1
    at: Instant | None = None


@router.post("/api/v1/words", status_code=201, dependencies=[public()])
async def note(body: Noted, session: Session) -> dict[str, str]:
    """Keep a word that nobody checked."""
    if body.word == "bogue":
        raise RuntimeError("a secret of ours")
    await session.execute(text("INSERT INTO kept VALUES (:word)"), {"word": body.word})
    return {}


@router.post("/api/v1/words/imports", dependencies=[public()])
async def bring(file: Annotated[UploadFile, File()]) -> dict[str, str]:
    """Take a file."""
    return {"name": file.filename or ""}


@router.post("/mot", dependencies=[staff()])
async def staff_form() -> dict[str, str]:
    """A form of staff."""
    return {}


@router.get("/mot", dependencies=[public()])
async def word_page() -> dict[str, str]:
    """A public page."""
    return {"word": "essai"}


@pytest.fixture
async def running(settings: ServiceSettings) -> AsyncIterator[RunningService]:
    """The service of the tests, its messaging left stopped."""
    service = Service(name="events", settings=ServiceSettings, routers=(router,))
    made = RunningService(service, settings)
    yield made
    await made.stop(grace=1)


@pytest.fixture
async def web(running: RunningService) -> AsyncIterator[httpx.AsyncClient]:
    """Somebody in front of the front door."""
    door = front([("events", running.app)], hosts={"127.0.0.1", "localhost"})
    async with httpx.AsyncClient(transport=httpx.ASGITransport(door), base_url=SITE) as made:
        yield made


def guarded(answer: httpx.Response) -> bool:
    """Whether the answer carries its guards and stays out of caches."""
    headers = answer.headers
    return (
        "script-src 'self'" in headers["content-security-policy"]
        and headers["x-content-type-options"] == "nosniff"
        and headers["cache-control"] == "no-store"
    )


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/", 307),
        ("/events", 307),
        ("/inconnue", 404),
        ("/events/inconnue", 404),
        ("/events/api/v1/inconnue", 404),
        ("/statique/absent/rien.css", 404),
        ("/statique/..%2f..%2fpyproject.toml", 404),
        ("/events/mot", 200),
    ],
)
async def test_every_kind_of_answer_is_guarded(
    web: httpx.AsyncClient, path: str, status: int
) -> None:
    answer = await web.get(path)
    assert (answer.status_code, guarded(answer)) == (status, True)


async def test_a_bug_and_a_form_of_another_site_are_guarded_too(web: httpx.AsyncClient) -> None:
    bug = await web.post("/events/api/v1/words", json={"word": "bogue"})
    assert (bug.status_code, guarded(bug), "secret" in bug.text) == (500, True, False)
    other = await web.post("/events/mot", headers={"origin": "http://ailleurs.example"})
    assert (other.status_code, guarded(other)) == (403, True)
    assert other.headers["content-type"].startswith("text/html")


async def test_an_unknown_name_of_ours_gets_nothing(web: httpx.AsyncClient) -> None:
    for host in ("ailleurs.example", "127.0.0.1.ailleurs.example", "[", ""):
        answer = await web.get("/events/mot", headers={"host": host})
        assert (answer.status_code, "essai" in answer.text) == (421, False)
    assert (await web.get("/events/mot", headers={"host": "localhost:1"})).status_code == 200


async def test_a_static_address_never_redirects_to_the_name_that_was_asked(
    web: httpx.AsyncClient,
) -> None:
    assert "location" not in (await web.get("/statique/rien.css")).headers


async def test_what_answers_get_answers_head_without_a_body(web: httpx.AsyncClient) -> None:
    seen, head = await web.get("/events/mot"), await web.head("/events/mot")
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["content-length"] == seen.headers["content-length"]


async def test_a_wrong_method_says_which_one_is_right(web: httpx.AsyncClient) -> None:
    answer = await web.delete("/events/page-inconnue")
    assert answer.status_code == 404
    answer = await web.put("/events/api/v1/words")
    assert (answer.status_code, answer.headers["allow"]) == (405, "POST")
    answer = await web.put("/events/session/debut")
    assert (answer.status_code, answer.headers["allow"]) == (405, "GET")


@pytest.mark.parametrize("word", ["a\x00b", "\x00"])
async def test_what_the_database_refuses_is_a_mistake_of_the_sender(
    web: httpx.AsyncClient, word: str
) -> None:
    answer = await web.post("/events/api/v1/words", json={"word": word})
    assert (answer.status_code, answer.json()["type"]) == (422, "/problemes/valeur-impossible")


@pytest.mark.parametrize(
    ("content", "field"),
    [
        (b"\xff\xfe", "corps"),
        (b'{"word": "a", "count": true}', "count"),
        (b'{"word": "a", "at": 1800000000}', "at"),
        (b'{"word": "\\ud800"}', "word"),
        (b'{"word": "a", "count": NaN}', "count"),
    ],
)
async def test_a_body_that_cannot_be_read_names_the_field(
    web: httpx.AsyncClient, content: bytes, field: str
) -> None:
    answer = await web.post(
        "/events/api/v1/words", content=content, headers={"content-type": "application/json"}
    )
    assert answer.status_code == 422
    assert [error["field"] for error in answer.json()["errors"]] == [field]


async def test_a_body_nested_without_end_is_refused(web: httpx.AsyncClient) -> None:
    answer = await web.post(
        "/events/api/v1/words",
        content=b"[" * 100_000,
        headers={"content-type": "application/json"},
    )
    assert answer.status_code == 400
    assert answer.json()["detail"] == "Le contenu envoyé n'a pas pu être lu."


async def test_a_text_in_the_place_of_a_file_is_said_in_french(web: httpx.AsyncClient) -> None:
    answer = await web.post("/events/api/v1/words/imports", data={"file": "abc"})
    assert answer.json()["errors"] == [{"field": "file", "reason": "Un fichier est attendu ici."}]


async def test_a_form_token_outside_ascii_is_only_wrong(
    web: httpx.AsyncClient, running: RunningService
) -> None:
    now = running.resources.clock()
    async with running.resources.sessions() as session:
        cookie = await sessions.open_session(session, uuid7(), ("logement",), now=now)
    web.cookies.set("ancrage-events", cookie)
    for answer in (
        await web.post("/events/mot", data={"csrf_token": "é"}),
        await web.post("/events/mot", headers={b"x-csrf-token": b"\xe9"}),
        await web.post("/events/mot", content=b"csrf_token=%ff%00"),
    ):
        assert answer.status_code == 403


async def test_every_operation_declares_the_problems_it_answers(web: httpx.AsyncClient) -> None:
    document = (await web.get("/events/api/openapi.json")).json()
    assert document["components"]["schemas"]["Problem"]["required"][0] == "type"
    answers = document["paths"]["/api/v1/words"]["post"]["responses"]
    assert {"201", "400", "401", "403", "404", "409", "413", "422", "503"} <= set(answers)
    kinds = {kind for status, one in answers.items() if status > "3" for kind in one["content"]}
    assert kinds == {"application/problem+json"}


@pytest.mark.parametrize("forged", [b'["\\u0000"]', b'["\\ud800"]', b'["a\\nb"]', b"[]", b"\xff"])
def test_a_forged_cursor_is_refused(forged: bytes) -> None:
    with pytest.raises(Invalid):
        Cursor.decode(base64.urlsafe_b64encode(forged).decode(), 1)


@pytest.mark.parametrize(
    "elsewhere",
    [
        "//ailleurs.example",
        "/\\ailleurs.example",
        "/\t/ailleurs.example",
        "/\n/ailleurs.example",
        "\\\\ailleurs.example",
        "https://ailleurs.example",
        "javascript:alert(1)",
        "",
    ],
)
def test_a_return_address_never_leaves_the_site(elsewhere: str) -> None:
    assert local_path(elsewhere) == "/"


def test_a_return_address_of_ours_is_kept() -> None:
    assert local_path("/prospection/personnes?q=Zoé") == "/prospection/personnes?q=Zoé"
