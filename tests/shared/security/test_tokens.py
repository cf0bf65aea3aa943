"""Bearer tokens and tickets: ours, for us, now."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import OKPKey

from shared.security import tokens

NOW = datetime(2027, 5, 20, 17, tzinfo=UTC)


@pytest.fixture(scope="module")
def key() -> dict[str, Any]:
    """An issuer's key."""
    return dict(OKPKey.generate_key("Ed25519").as_dict(private=True))


def public(key: dict[str, Any]) -> dict[str, Any]:
    """Its public half."""
    return {name: value for name, value in key.items() if name != "d"}


def mint(key: dict[str, Any], audience: str = "api") -> str:
    """A token of the tests."""
    return tokens.mint(
        key,
        subject="local:logement",
        roles=["logement"],
        audience=audience,
        lifetime=timedelta(hours=1),
        now=NOW,
    )


def test_a_token_says_who_and_as_what(key: dict[str, Any]) -> None:
    claims = tokens.verify(public(key), mint(key), audience="api", now=NOW)
    assert (claims.subject, claims.roles) == ("local:logement", ("logement",))


def test_a_token_for_another_audience_is_refused(key: dict[str, Any]) -> None:
    with pytest.raises(tokens.TokenRefused):
        tokens.verify(public(key), mint(key, "session:events"), audience="api", now=NOW)


def test_an_expired_token_is_refused(key: dict[str, Any]) -> None:
    with pytest.raises(tokens.TokenRefused):
        tokens.verify(public(key), mint(key), audience="api", now=NOW + timedelta(hours=2))


def test_a_token_of_another_key_is_refused(key: dict[str, Any]) -> None:
    other = dict(OKPKey.generate_key("Ed25519").as_dict(private=True))
    with pytest.raises(tokens.TokenRefused):
        tokens.verify(public(key), mint(other), audience="api", now=NOW)


def test_a_token_without_signature_is_refused(key: dict[str, Any]) -> None:
    header, body, _ = mint(key).split(".")
    for forged in (f"{header}.{body}.", f"eyJhbGciOiJub25lIn0.{body}.", "n'importe quoi"):
        with pytest.raises(tokens.TokenRefused):
            tokens.verify(public(key), forged, audience="api", now=NOW)


def test_a_token_signed_with_a_shared_secret_is_refused(key: dict[str, Any]) -> None:
    from joserfc.jwk import OctKey

    claims = {"iss": tokens.ISSUER, "sub": "x", "aud": "api", "exp": 4_000_000_000, "jti": "x"}
    forged = jwt.encode({"alg": "HS256"}, claims, OctKey.import_key("a" * 64))
    with pytest.raises(tokens.TokenRefused):
        tokens.verify(public(key), forged, audience="api", now=NOW)
