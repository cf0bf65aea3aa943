"""What each service is told on a laptop: the same values in one process or as environment."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from deploy.local.addresses import Addresses
from deploy.local.services import SERVICES
from deploy.local.state import State

# Mails of the laptop carry links of every service, so their writer holds every key.
_WRITER_OF_LINKS: Final = "notifications"
_ISSUER: Final = "identity"


@dataclass(frozen=True, kw_only=True)
class Configuration:
    """What the values of every service are made from."""

    state: State
    addresses: Addresses
    public_url: str
    smtp_url: str


def values_of(service: str, configuration: Configuration) -> dict[str, Any]:
    """Return the settings of a service, named as in its settings class."""
    state = configuration.state
    issuer = state.issuer_key()
    values: dict[str, Any] = {
        "database_url": configuration.addresses.databases[service],
        "nats_url": configuration.addresses.buses[service],
        "public_url": configuration.public_url,
        "issuer_public_jwk": json.dumps({k: v for k, v in issuer.items() if k != "d"}),
        "link_keys": _link_keys(service, state),
        "ui_secret": state.secret(f"ui:{service}"),
        "bytecode_folder": str(state.folder / "gabarits"),
    }
    if service == _ISSUER:
        values["issuer_private_jwk"] = json.dumps(issuer)
        values["development_sign_in"] = True
    if service == _WRITER_OF_LINKS:
        values["smtp_url"] = configuration.smtp_url
    return values


def environment_of(service: str, values: Mapping[str, Any]) -> dict[str, str]:
    """Write the settings of a service as the environment variables that it reads."""
    return {
        f"{service}_{name}".upper(): value if isinstance(value, str) else json.dumps(value)
        for name, value in values.items()
    }


def _link_keys(service: str, state: State) -> dict[str, str]:
    targets = SERVICES if service == _WRITER_OF_LINKS else (service,)
    return {target: state.secret(f"link:{target}") for target in targets}
