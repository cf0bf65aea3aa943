"""A part of the platform goes away and comes back: nobody loses anything."""

import os
import shutil
import signal
import smtplib
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from uuid import uuid4

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from deploy.local.ports import free_port
from deploy.local.state import State
from tests.conftest import make_open_folder
from tests.journeys.conftest import Platform, start_platform, stop_platform
from tests.journeys.story import Staff, Student, surname, until

pytestmark = [pytest.mark.platform, pytest.mark.timeout(150)]

CATCH_UP_SECONDS = 60.0


@dataclass
class Post:
    """A real SMTP server that can be closed and opened again on the same port."""

    port: int = field(default_factory=free_port)
    recipients: list[str] = field(default_factory=list)
    _controller: Controller | None = None

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's name
        """Take a letter."""
        self.recipients += envelope.rcpt_tos
        return "250 taken"

    def open(self) -> None:
        """Answer."""
        self._controller = Controller(self, hostname="127.0.0.1", port=self.port)
        self._controller.start()

    def close(self) -> None:
        """Go away."""
        if self._controller is not None:
            self._controller.stop()
            self._controller = None


@pytest.fixture(scope="module")
def post() -> Iterator[Post]:
    """The mail server of the tests."""
    server = Post()
    server.open()
    yield server
    server.close()


@pytest.fixture(scope="module")
def fragile(post: Post) -> Iterator[Platform]:
    """A platform whose parts will be broken."""
    folder = make_open_folder()
    with environment(SMTP_URL=f"smtp://127.0.0.1:{post.port}"):
        running = start_platform(folder / "data", "--no-demo")
    yield running
    assert stop_platform(running) == 0
    shutil.rmtree(folder)


@pytest.fixture(scope="module")
def staff(fragile: Platform) -> Iterator[Staff]:
    """The agency."""
    agency = Staff(fragile)
    yield agency
    agency.close()


@pytest.fixture(scope="module")
def evening(staff: Staff) -> str:
    """An evening with room for everybody."""
    return staff.publish_evening(capacity=500)


@contextmanager
def environment(**values: str) -> Iterator[None]:
    """Variables for the processes started inside."""
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


@contextmanager
def someone(platform: Platform) -> Iterator[Student]:
    """A new person."""
    student = Student(platform, "Ana", surname("Essai"))
    yield student
    student.browser.close()


def pid_of(platform: Platform, name: str) -> int:
    """The process of an embedded server, as it is now."""
    running = State.open(platform.folder).running()
    assert running is not None
    return int(running["pids"][name])


def received(post: Post, student: Student) -> bool:
    """Whether a letter reached this person."""
    return student.email in post.recipients


def test_mail_leaves_by_itself_when_the_server_comes_back(
    fragile: Platform, staff: Staff, evening: str, post: Post
) -> None:
    post.close()
    with pytest.raises(OSError, match="refused"), smtplib.SMTP("127.0.0.1", post.port):
        pass
    with someone(fragile) as student:
        assert student.register(evening).status_code == 201

        def deferred() -> bool:
            path = "/notifications/api/v1/messages"
            found = staff.ask("evenements", "GET", path, params={"limit": 200})["items"]
            return any(message["state"] == "deferred" for message in found)

        until(deferred, "a letter that waits")
        post.open()
        until(lambda: received(post, student), "the letter", CATCH_UP_SECONDS)
        assert post.recipients.count(student.email) == 1


def test_registering_does_not_wait_for_the_bus(
    fragile: Platform, staff: Staff, evening: str, post: Post
) -> None:
    bus = pid_of(fragile, "nats")
    os.kill(bus, signal.SIGSTOP)
    try:
        with someone(fragile) as student:
            begun = time.monotonic()
            assert student.register(evening).status_code == 201
            took = time.monotonic() - begun
            with someone(fragile) as other:
                assert other.register(evening).status_code == 201
            assert not received(post, student)
    finally:
        os.kill(bus, signal.SIGCONT)
    assert took < 2.0
    until(lambda: received(post, student), "the letter", CATCH_UP_SECONDS)
    until(lambda: received(post, other), "the other letter", CATCH_UP_SECONDS)
    staff.line(staff.person(student.last_name)["id"], "events.registration.confirmed", 60)


def test_a_killed_bus_comes_back_and_the_rest_catches_up(
    fragile: Platform, evening: str, post: Post
) -> None:
    killed = pid_of(fragile, "nats")
    os.kill(killed, signal.SIGKILL)
    with someone(fragile) as student:
        assert student.register(evening).status_code == 201
        until(lambda: received(post, student), "the letter", CATCH_UP_SECONDS)
    assert pid_of(fragile, "nats") != killed


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGQUIT])
def test_the_database_restarts_and_nothing_is_lost(
    fragile: Platform, staff: Staff, evening: str, post: Post, how: signal.Signals
) -> None:
    with someone(fragile) as before, someone(fragile) as after:
        assert before.register(evening).status_code == 201
        seats = staff.event(evening)["confirmed"]
        killed = pid_of(fragile, "postgresql")
        os.kill(killed, how)
        until(lambda: pid_of(fragile, "postgresql") != killed, "the new server", CATCH_UP_SECONDS)
        key = uuid4().hex

        def accepted() -> bool:
            answer = after.register(evening, key)
            assert answer.status_code in {201, 503}, answer.text
            return answer.status_code == 201

        until(accepted, "an answer after the restart", CATCH_UP_SECONDS)
        assert staff.event(evening)["confirmed"] == seats + 1
        for student in (before, after):
            until(lambda who=student: received(post, who), "the letter", CATCH_UP_SECONDS)  # type: ignore[misc] # the default binds the loop's value
