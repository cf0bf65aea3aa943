"""The users of the bus: one per service, with the rights its readers need and no other."""

import importlib

from deploy.local.nats import User
from deploy.local.services import SERVICES
from deploy.local.state import State


def service_users(state: State) -> dict[str, User]:
    """Return a user per service; its rights come from what the service says and listens to."""
    from shared.messaging.rights import permissions
    from shared.runtime.accounts import with_account_cards, with_accounts

    users = {}
    for name in SERVICES:
        service = importlib.import_module(f"services.{name}.main").service
        rights = permissions(
            name, with_accounts(service.readers), with_account_cards(name, service.card_readers)
        )
        users[name] = User(
            password=state.secret(f"nats:{name}"),
            publish=rights["publish"],
            subscribe=rights["subscribe"],
        )
    return users
