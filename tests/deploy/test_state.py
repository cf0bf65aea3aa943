"""The data folder: secrets drawn once and private, one platform at a time, clear refusals."""

import socket
import stat
from pathlib import Path

import pytest

from deploy.local import ports
from deploy.local.refusal import CannotRun
from deploy.local.state import State, resolve_folder


def test_secrets_keys_and_ports_are_found_again(tmp_path: Path) -> None:
    first = State.open(tmp_path / "d")
    drawn = (first.secret("x"), first.key("y"), first.issuer_key(), first.port("http"))
    first.save()
    again = State.open(tmp_path / "d")
    assert (again.secret("x"), again.key("y"), again.issuer_key(), again.port("http")) == drawn
    assert len(again.key("y")) == 32
    assert again.issuer_key()["crv"] == "Ed25519"


def test_files_with_secrets_are_readable_by_their_owner_alone(tmp_path: Path) -> None:
    state = State.open(tmp_path / "d")
    state.secret("x")
    state.save()
    state.announce("http://127.0.0.1:1", {})
    for name in ("state.json", "running.json"):
        assert stat.S_IMODE((tmp_path / "d" / name).stat().st_mode) == 0o600


def test_a_second_platform_on_the_same_folder_is_refused_with_the_address(tmp_path: Path) -> None:
    state = State.open(tmp_path)
    with state.exclusively():
        state.announce("http://127.0.0.1:8041", {})
        assert state.running() is not None
        with (
            pytest.raises(CannotRun, match=r"tourne déjà .*http://127\.0\.0\.1:8041"),
            State.open(tmp_path).exclusively(),
        ):
            pass
    assert state.running() is None


def test_a_folder_that_cannot_be_written_gets_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "fichier").write_text("")
    with pytest.raises(CannotRun, match="Impossible d’écrire dans le dossier"):
        State.open(tmp_path / "fichier" / "data")


def test_a_damaged_state_file_is_never_overwritten(tmp_path: Path) -> None:
    (tmp_path / "state.json").write_text("{")
    with pytest.raises(CannotRun, match="est abîmé"):
        State.open(tmp_path)
    assert (tmp_path / "state.json").read_text() == "{"


def test_a_taken_port_is_replaced_by_a_free_one(tmp_path: Path) -> None:
    state = State.open(tmp_path)
    port = state.port("nats")
    with socket.create_server(("127.0.0.1", port)):
        assert not ports.is_free(port)
        assert state.port("nats") != port
        assert ports.next_free_port(port) > port


def test_the_data_folder_is_read_from_where_the_command_was_typed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ANCRAGE_TYPED_IN", str(tmp_path))
    assert resolve_folder("mes données") == tmp_path / "mes données"
    assert resolve_folder("/srv/ancrage") == Path("/srv/ancrage")
