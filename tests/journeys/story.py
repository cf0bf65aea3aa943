"""The steps of the first story over the API and the public pages, each a sentence."""

import random
import re
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any, TypeVar
from uuid import uuid4

import httpx

from tests.journeys.conftest import Platform

T = TypeVar("T")
LIMIT_SECONDS = 15.0
TIMELINE_LIMIT_SECONDS = 2.0


def until(look: Callable[[], T | None], what: str, limit: float = LIMIT_SECONDS) -> T:
    """Look again and again until something is found; fails after `limit` seconds."""
    end = time.monotonic() + limit
    while time.monotonic() < end:
        found = look()
        if found:
            return found
        time.sleep(0.03)
    raise AssertionError(f"{what}: not seen within {limit} s")


def link_in(text: str | None, path: str) -> str:
    """The first link to `path` in the text of a letter, whole."""
    found = re.search(rf"https?://\S+{re.escape(path)}\?lien=[^\s\"'<>]+", text or "")
    assert found is not None, f"no link to {path} in the letter"
    return found.group(0)


def surname(beginning: str) -> str:
    """An invented surname that nobody else has, in letters."""
    return beginning + "".join(random.choices("abcdefghijklmnop", k=8))  # noqa: S311 - no secret


class Staff:
    """The agency, through the API."""

    def __init__(self, platform: Platform) -> None:
        self._platform = platform
        self._client = httpx.Client(base_url=platform.base_url, timeout=20)

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def ask(self, role: str, method: str, path: str, **content: Any) -> Any:
        """Call the API in a role; returns the JSON of a success."""
        headers = self._platform.headers(role) | content.pop("headers", {})
        answer = self._client.request(method, path, headers=headers, **content)
        assert answer.is_success, f"{method} {path}: {answer.status_code} {answer.text}"
        return answer.json() if answer.content else None

    def import_contacts(self, content: bytes, filename: str) -> dict[str, Any]:
        """Bring a list back from the first congress: dry run, then confirmation."""
        missions = self.ask("prospection", "GET", "/prospection/api/v1/missions")["items"]
        dry_run = self.ask(
            "prospection",
            "POST",
            f"/prospection/api/v1/missions/{missions[0]['id']}/imports",
            files={"file": (filename, content)},
        )
        path = f"/prospection/api/v1/imports/{dry_run['id']}"
        self.ask("prospection", "POST", f"{path}/confirmation")

        def done() -> dict[str, Any] | None:
            state = self.ask("prospection", "GET", path)
            return dict(state) if state["state"] == "done" else None

        return {"dry_run": dry_run, "done": until(done, "the import is written")}

    def publish_evening(self, *, capacity: int = 60, waiting_list: bool = True) -> str:
        """Plan the soirée d'accueil at Vendôme, with a zoom on Mondoubleau, and publish it."""
        start = datetime.now(UTC).replace(hour=17, minute=0, second=0, microsecond=0)
        start += timedelta(days=180)
        planned = self.ask(
            "evenements",
            "POST",
            "/events/api/v1/events",
            json={
                "kind": "soiree_accueil",
                "title": "Soirée d'accueil des internes",
                "starts_at": start.isoformat(),
                "ends_at": (start + timedelta(hours=3)).isoformat(),
                "place": "Salle des fêtes",
                "commune": "41269",
                "capacity": capacity,
                "waiting_list": waiting_list,
            },
        )
        event = f"/events/api/v1/events/{planned['id']}"
        zoom = {
            "commune": "41143",
            "last_name": "Fictive",
            "first_name": "Maud",
            "email": f"mairie.{uuid4().hex[:8]}@exemple.fr",
            "function": "Maire",
            "starts_at": (start + timedelta(minutes=30)).isoformat(),
            "minutes": 20,
        }
        self.ask("evenements", "POST", f"{event}/zooms", json=zoom)
        self.ask("evenements", "POST", f"{event}/publication")
        return str(planned["id"])

    def event(self, event_id: str) -> dict[str, Any]:
        """The event as everybody sees it."""
        answer = self._client.get(f"/events/api/v1/events/{event_id}")
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    def person(self, words: str) -> dict[str, Any]:
        """The only person these words find."""
        found = self.ask("prospection", "GET", "/prospection/api/v1/persons", params={"q": words})
        assert len(found["items"]) == 1, [person["id"] for person in found["items"]]
        return dict(found["items"][0])

    def story_of(self, person_id: str) -> list[dict[str, Any]]:
        """The timeline of a person, newest first."""
        path = f"/prospection/api/v1/persons/{person_id}/timeline"
        return list(self.ask("prospection", "GET", path)["items"])

    def line(
        self, person_id: str, kind: str, limit: float = TIMELINE_LIMIT_SECONDS
    ) -> dict[str, Any]:
        """Wait for a kind of line in the timeline."""
        return until(
            lambda: next((x for x in self.story_of(person_id) if x["type"].startswith(kind)), None),
            f"{kind} in the timeline",
            limit,
        )

    def offer_room(self, title: str, first_day: date, last_day: date, **changes: Any) -> str:
        """Record a room near Vendôme and offer it."""
        room = {
            "title": title,
            "commune": "41269",
            "kind": "room",
            "rent_cents": 35_000,
            "surface_m2": 16,
            "sleeps": 1,
            "available_from": first_day.isoformat(),
            "available_to": last_day.isoformat(),
            "dpe": "C",
            "transport_near": True,
        }
        made = self.ask("logement", "POST", "/logement/api/v1/offers", json=room | changes)
        return str(made["id"])

    def open_request(
        self, first_name: str, last_name: str, email: str, first_day: date, last_day: date
    ) -> str:
        """Note that somebody looks for a room near Vendôme."""
        request = {
            "first_name": first_name,
            "last_name": last_name,
            "email": email,
            "placement_commune": "41269",
            "starts_on": first_day.isoformat(),
            "ends_on": last_day.isoformat(),
            "budget_cents": 45_000,
            "has_car": False,
            "household_size": 1,
        }
        made = self.ask("logement", "POST", "/logement/api/v1/requests", json=request)
        return str(made["id"])

    def matches(self, request_id: str) -> list[dict[str, Any]]:
        """The offers ranked for a request."""
        path = f"/logement/api/v1/requests/{request_id}/matches"
        return list(self.ask("logement", "GET", path)["items"])

    def propose(self, request_id: str, offer_id: str) -> dict[str, Any]:
        """Propose an offer."""
        path = f"/logement/api/v1/requests/{request_id}/proposals"
        return dict(self.ask("logement", "POST", path, json={"offer_id": offer_id}))

    def chain(self, event_id: str) -> dict[str, Any]:
        """What caused this, and what it caused."""
        return dict(self.ask("prospection", "GET", f"/prospection/api/v1/chains/{event_id}"))


class Student:
    """Somebody without an account, with a browser that runs no script."""

    def __init__(self, platform: Platform, first_name: str, last_name: str) -> None:
        self.first_name, self.last_name = first_name, last_name
        self.email = f"{first_name}.{last_name}.{uuid4().hex[:8]}@exemple.fr".lower()
        self._platform = platform
        self.browser = httpx.Client(base_url=platform.base_url, timeout=20, follow_redirects=True)

    def body(self) -> dict[str, Any]:
        """What the registration form holds."""
        return {
            "first_name": self.first_name,
            "last_name": self.last_name,
            "email": self.email,
            "profile": "interne",
            "consent": False,
        }

    def register(self, event_id: str, key: str | None = None) -> httpx.Response:
        """Register over the API."""
        return self.browser.post(
            f"/events/api/v1/events/{event_id}/registrations",
            json=self.body(),
            headers={"Idempotency-Key": key or uuid4().hex},
        )

    def letter(self, about: str) -> str:
        """Wait for a letter to this person; returns its text."""
        text = self._platform.mail_to(self.email, about).text
        assert text is not None
        return text

    def press(self, link: str, path: str) -> httpx.Response:
        """Open the link of a letter, then press the button that posts to `path`."""
        opened = self.browser.get(link)
        assert opened.status_code == 200, opened.text
        token = link.partition("?lien=")[2]
        return self.browser.post(path, data={"lien": token})
