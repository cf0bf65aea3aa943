"""What identity is told at its start."""

import json
from functools import cached_property
from typing import Any

from pydantic_settings import SettingsConfigDict

from shared.runtime import ServiceSettings


class IdentitySettings(ServiceSettings):
    """`IDENTITY_DEVELOPMENT_SIGN_IN` sets `development_sign_in`, and so on."""

    model_config = SettingsConfigDict(env_prefix="IDENTITY_", extra="ignore", frozen=True)

    issuer_private_jwk: str
    """The issuer's private key (JWK, Ed25519), as JSON; no other service has it."""
    development_sign_in: bool = False
    """Lets anybody choose an account without a password: for a laptop, never for a server."""

    @cached_property
    def issuer_private_key(self) -> dict[str, Any]:
        """The issuer's private key, parsed."""
        key: dict[str, Any] = json.loads(self.issuer_private_jwk)
        return key
