"""The tables that migrations make are those that the code describes."""

from services.identity.domain.account import Account
from shared.persistence.migrations import differences
from tests.services.identity.conftest import House

COUNTS = {"add_table", "remove_table", "add_column", "remove_column"}


async def test_models_and_migrations_agree(house: House) -> None:
    async with house.identity.database.engine.connect() as connection:
        found = await connection.run_sync(differences, Account.metadata)

    # The unique constraint is written in the migration, where its reason stands.
    assert [one for one in found if isinstance(one, tuple) and one[0] in COUNTS] == []
