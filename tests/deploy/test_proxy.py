"""The front door of `--processes`: requests and answers go through as they are."""

import asyncio
from collections.abc import AsyncIterator

import httpx
import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Mount, Route

from deploy.local.ports import free_port
from deploy.local.proxy import Proxy


async def _echo(request: Request) -> Response:
    body = await request.body()
    answer = JSONResponse(
        {
            "path": request.url.path,
            "query": request.url.query,
            "headers": dict(request.headers),
            "size": len(body),
        },
        status_code=201,
    )
    answer.set_cookie("un", "1")
    answer.set_cookie("deux", "2")
    return answer


async def _slowly(_request: Request) -> Response:
    async def lines() -> AsyncIterator[bytes]:
        for number in range(3):
            yield f"{number}\n".encode()

    return StreamingResponse(lines())


@pytest.fixture
async def behind() -> AsyncIterator[str]:
    port = free_port()
    app = Starlette(
        routes=[
            Route("/events/lignes", _slowly),
            Route("/events/{rest:path}", _echo, methods=["GET", "POST"]),
        ]
    )
    server = uvicorn.Server(uvicorn.Config(app, port=port, log_config=None, lifespan="off"))
    task = asyncio.create_task(server.serve())
    while not server.started:
        await asyncio.sleep(0.01)
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    await task


@pytest.fixture
async def front(behind: str) -> AsyncIterator[httpx.AsyncClient]:
    nowhere = f"http://127.0.0.1:{free_port()}"
    proxy = Proxy({"events": behind, "logement": nowhere})
    app = Starlette(routes=[Mount(f"/{name}", proxy.to(name)) for name in ("events", "logement")])
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app), base_url="http://ancrage.exemple"
    ) as client:
        yield client
    await proxy.close()


async def test_path_query_body_and_cookies_go_through_untouched(front: httpx.AsyncClient) -> None:
    answer = await front.post("/events/a%20b/%C3%A9?x=1&y=%2F", content=b"z" * 300_000)
    assert answer.status_code == 201
    said = answer.json()
    assert (said["path"], said["query"], said["size"]) == ("/events/a b/é", "x=1&y=%2F", 300_000)
    assert answer.headers.get_list("set-cookie") == [
        "un=1; Path=/; SameSite=lax",
        "deux=2; Path=/; SameSite=lax",
    ]


async def test_the_service_learns_the_address_people_use_and_nobody_can_forge_it(
    front: httpx.AsyncClient,
) -> None:
    answer = await front.get("/events/x", headers={"x-forwarded-for": "203.0.113.9"})
    headers = answer.json()["headers"]
    assert headers["host"] == "ancrage.exemple"
    assert headers["x-forwarded-proto"] == "http"
    assert headers["x-forwarded-for"] == "127.0.0.1"


async def test_an_answer_is_streamed(front: httpx.AsyncClient) -> None:
    assert (await front.get("/events/lignes")).text == "0\n1\n2\n"


async def test_a_process_that_is_down_gets_a_french_sentence(front: httpx.AsyncClient) -> None:
    answer = await front.get("/logement/demandes")
    assert answer.status_code == 503
    assert "redémarre" in answer.text
