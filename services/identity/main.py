"""The service identity, described."""

from services.identity.application.ensure_accounts import (
    ensure_demo_accounts,
    ensure_local_administrator,
)
from services.identity.queries.account_cards import account_cards
from services.identity.settings import IdentitySettings
from services.identity.web import accounts, api, sign_in
from shared.runtime import Service

service = Service(
    name="identity",
    settings=IdentitySettings,
    routers=(sign_in.router, accounts.router, api.router),
    cards=account_cards,
    reference=ensure_local_administrator,
    demo=ensure_demo_accounts,
)
