"""What a browser does to sign in and to send forms."""

import re
from urllib.parse import urlsplit

import httpx

_CHOICE = re.compile(
    r'<h2 class="card-titre">[^<]+</h2>\s*<p>([^<]*).*?name="account_id" value="([^"]+)"', re.DOTALL
)
_TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


async def follow(browser: httpx.AsyncClient, response: httpx.Response) -> httpx.Response:
    """Follow redirections to the end, at most ten of them."""
    for _ in range(10):
        if not response.is_redirect:
            return response
        response = await browser.get(response.headers["location"])
    raise AssertionError("too many redirections")


async def choices(browser: httpx.AsyncClient) -> dict[str, str]:
    """Who one may be: job → account id, as the sign-in page lists them."""
    text = (await browser.get("/identity/connexion")).text
    return {job.strip(): account_id for job, account_id in _CHOICE.findall(text)}


async def sign_in(browser: httpx.AsyncClient, job: str, page: str) -> httpx.Response:
    """Open `page`, be sent to the sign-in, choose that job, and land on the page."""
    account_id = (await choices(browser))[job]
    asked = await follow(browser, await browser.get(page))
    if urlsplit(str(asked.url)).path != "/identity/connexion":
        return asked
    query = dict(httpx.QueryParams(asked.url.query))
    sent = await browser.post("/identity/connexion", data={"account_id": account_id, **query})
    return await follow(browser, sent)


def token_of(response: httpx.Response) -> str:
    """The anti-forgery token of a page."""
    found = _TOKEN.search(response.text)
    assert found is not None
    return found[1]
