"""What every service is told at its start; each service adds its own, with its own prefix."""

import json
from functools import cached_property
from typing import Any

from pydantic_settings import BaseSettings, SettingsConfigDict


class ServiceSettings(BaseSettings):
    """Settings common to all services. `EVENTS_DATABASE_URL` sets `database_url` of events."""

    model_config = SettingsConfigDict(extra="ignore", frozen=True)

    database_url: str
    nats_url: str
    public_url: str = "http://127.0.0.1:8041"
    agency: str = "Agence d’attractivité en santé"
    issuer_public_jwk: str
    """The issuer's public key (JWK, Ed25519), as JSON."""
    link_keys: dict[str, str] = {}
    """Key of the action links of each target service this one signs or reads."""
    ui_secret: str
    """Signs the short messages kept from one page to the next."""
    bytecode_folder: str | None = None
    """Where compiled templates are kept between two starts."""

    @cached_property
    def issuer_key(self) -> dict[str, Any]:
        """The issuer's public key, parsed."""
        key: dict[str, Any] = json.loads(self.issuer_public_jwk)
        return key

    @property
    def secure(self) -> bool:
        """Whether browsers reach us over HTTPS."""
        return self.public_url.startswith("https://")

    def link_key(self, service: str) -> str:
        """The key of the links of `service`. Raises KeyError when this service has none."""
        return self.link_keys[service]
