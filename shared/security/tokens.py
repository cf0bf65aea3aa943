"""Bearer tokens and sign-in tickets: JWT signed by the issuer's Ed25519 key (RFC 9864)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from shared.contracts.refusal import Refused

ISSUER = "ancrage-identity"
ALGORITHM = "Ed25519"


class TokenRefused(Refused):
    """The token is not ours, not for us, or no longer valid."""

    type = "jeton-refuse"
    status = 401
    reason = "Votre accès n'est pas reconnu ou a expiré. Connectez-vous à nouveau."


@dataclass(frozen=True, slots=True, kw_only=True)
class Claims:
    """What a verified token says."""

    subject: str
    roles: tuple[str, ...]
    token_id: UUID
    expires_at: datetime
    nonce: str | None


def mint(  # noqa: PLR0913 - the claims of a JWT, each named
    private_jwk: Mapping[str, Any],
    *,
    subject: str,
    roles: Sequence[str],
    audience: str,
    lifetime: timedelta,
    now: datetime,
    nonce: str | None = None,
) -> str:
    """A signed token for `audience`, valid for `lifetime` from `now`."""
    from joserfc import jwt
    from joserfc.jwk import OKPKey

    claims: dict[str, Any] = {
        "iss": ISSUER,
        "sub": subject,
        "aud": audience,
        "iat": int(now.timestamp()),
        "exp": int((now + lifetime).timestamp()),
        "jti": str(uuid4()),
        "roles": list(roles),
    }
    if nonce is not None:
        claims["nonce"] = nonce
    key = OKPKey.import_key(dict(private_jwk))
    return str(jwt.encode({"alg": ALGORITHM}, claims, key, algorithms=[ALGORITHM]))


def verify(public_jwk: Mapping[str, Any], token: str, *, audience: str, now: datetime) -> Claims:
    """What `token` says, once its signature, issuer, audience and dates are checked.

    Raises TokenRefused, whatever is wrong with it.
    """
    from joserfc import jwt
    from joserfc.errors import JoseError
    from joserfc.jwk import OKPKey

    try:
        decoded = jwt.decode(token, OKPKey.import_key(dict(public_jwk)), algorithms=[ALGORITHM])
        claims = decoded.claims
        jwt.JWTClaimsRegistry(
            now=int(now.timestamp()),
            leeway=5,
            iss={"essential": True, "value": ISSUER},
            aud={"essential": True, "value": audience},
            exp={"essential": True},
            sub={"essential": True},
            jti={"essential": True},
        ).validate(claims)
        return Claims(
            subject=str(claims["sub"]),
            roles=tuple(str(role) for role in claims.get("roles", ())),
            token_id=UUID(claims["jti"]),
            expires_at=datetime.fromtimestamp(int(claims["exp"]), UTC),
            nonce=claims.get("nonce"),
        )
    except (JoseError, ValueError, TypeError, KeyError) as error:
        raise TokenRefused from error
