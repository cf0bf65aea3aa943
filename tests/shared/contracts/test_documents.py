"""The AsyncAPI document and the pages say the truth and stand alone."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any

import pytest

from deploy.local.contracts.asyncapi import document
from deploy.local.contracts.files import EXAMPLES
from deploy.local.contracts.listening import declared, listeners_of
from deploy.local.contracts.pages import html_page, who_says_what
from deploy.local.state import ROOT

pytestmark = pytest.mark.house


@pytest.fixture(scope="module")
def api() -> dict[str, Any]:
    """Give the document."""
    return document()


@pytest.fixture(scope="module")
def html() -> str:
    """Give the page of every event."""
    examples = {path.stem: path.read_text("utf-8") for path in (ROOT / EXAMPLES).glob("*.json")}
    return html_page(examples)


def references(node: Any) -> Iterator[str]:
    """Every `$ref` under `node`."""
    if isinstance(node, dict):
        for key, value in node.items():
            if key == "$ref":
                yield value
            else:
                yield from references(value)
    elif isinstance(node, list):
        for item in node:
            yield from references(item)


def test_every_reference_of_the_document_leads_somewhere(api: dict[str, Any]) -> None:
    found = set(references(api))
    assert found
    for reference in found:
        node: Any = api
        for part in reference.removeprefix("#/").split("/"):
            node = node[part]
        assert node


def test_names_of_the_document_are_those_asyncapi_allows(api: dict[str, Any]) -> None:
    for part in ("messages", "schemas"):
        assert all(re.fullmatch(r"[\w\d.\-]+", name) for name in api["components"][part])


def test_each_event_is_sent_once_by_its_speaker_and_received_by_its_readers(
    api: dict[str, Any],
) -> None:
    operations = api["operations"]
    for event in declared():
        channel = {"$ref": f"#/channels/{event.subject}"}
        sent = [
            name
            for name, operation in operations.items()
            if operation["action"] == "send" and operation["channel"] == channel
        ]
        assert sent == [f"{event.speaker()}.dit.{event.subject}"]
        for listener in listeners_of(event.subject):
            assert operations[f"{listener.service}.entend.{event.subject}"]["action"] == "receive"


class Reader(HTMLParser):
    """What the page names and what it asks from elsewhere."""

    def __init__(self) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.links: list[str] = []
        self.tags: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note the tag, its id and its address."""
        self.tags.append(tag)
        for name, value in attrs:
            if name == "id" and value:
                self.ids.append(value)
            if name in ("href", "src") and value:
                self.links.append(value)


def test_the_page_of_events_asks_nothing_from_elsewhere(html: str) -> None:
    page = Reader()
    page.feed(html)
    assert not {"script", "img", "link", "iframe"} & set(page.tags)
    assert "url(" not in html
    assert "@import" not in html
    for link in page.links:
        assert link == "asyncapi.json" or link.removeprefix("#") in page.ids
    assert len(page.ids) == len(set(page.ids))


def test_the_pages_name_every_event(html: str) -> None:
    table = who_says_what()
    for event in declared():
        assert event.subject in html
        assert f"`{event.subject}`" in table


def test_the_pages_have_french_spaces(html: str) -> None:
    wrong = re.compile(r"[a-zà-ÿ»>] [:;?!»](?:\s|<|$)|« ")
    words = html.split("</style>")[1]
    assert wrong.findall(words) == []
    assert wrong.findall(who_says_what()) == []
