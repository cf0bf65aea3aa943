"""Static files: a short list, versioned addresses, nothing else reachable."""

import re

import pytest

from shared.ui.assets import asset, known_files, missing_files
from tests.shared.ui.pages_app import Pages


async def test_a_file_is_served_for_a_year_at_its_versioned_address(pages: Pages) -> None:
    async with pages.client() as client:
        answer = await client.get(asset("ancrage.css"))
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/css")
    assert "immutable" in answer.headers["cache-control"]
    assert answer.headers["content-encoding"] == "gzip"
    assert "--a-brand" in answer.text


async def test_a_client_without_gzip_gets_plain_bytes(pages: Pages) -> None:
    async with pages.client() as client:
        answer = await client.get(asset("ancrage.js"), headers={"accept-encoding": "identity"})
    assert "content-encoding" not in answer.headers
    assert "use strict" in answer.text


async def test_an_old_version_is_not_cached_for_long(pages: Pages) -> None:
    async with pages.client() as client:
        answer = await client.get("/statique/ancienne/ancrage.js")
    assert answer.status_code == 200
    assert "immutable" not in answer.headers["cache-control"]


@pytest.mark.parametrize("path", ["../filters.py", "css/base.css", "%2e%2e/pages.py", "rien.css"])
async def test_nothing_outside_the_list_is_served(pages: Pages, path: str) -> None:
    async with pages.client() as client:
        assert (await client.get(f"/statique/x/{path}")).status_code == 404


async def test_the_style_sheet_asks_for_nothing_outside(pages: Pages) -> None:
    async with pages.client() as client:
        css = (await client.get(asset("ancrage.css"))).text
        addresses = re.findall(r"url\(\"?([^)\"]+)", css)
        assert addresses
        for address in addresses:
            assert address.startswith("/statique/")
    assert "@import" not in css


async def test_each_installed_file_is_served(pages: Pages) -> None:
    absent = set(missing_files())
    async with pages.client() as client:
        for name in known_files():
            expected = 404 if name in absent else 200
            assert (await client.get(asset(name))).status_code == expected, name


def test_an_unknown_name_is_a_mistake_of_ours() -> None:
    with pytest.raises(LookupError):
        asset("inconnu.js")
