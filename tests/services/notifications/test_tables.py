"""The tables that migrations make are those that the code describes."""

from services.notifications.domain.base import NotificationsTable
from services.notifications.domain.known import KnownEvent
from services.notifications.domain.message import Message
from shared.persistence.migrations import differences
from tests.services.notifications.world import World

COUNTS = {"add_table", "remove_table", "add_column", "remove_column"}


async def test_models_and_migrations_agree(world: World) -> None:
    assert {Message.metadata, KnownEvent.metadata} == {NotificationsTable.metadata}
    async with world.running.database.engine.connect() as connection:
        found = await connection.run_sync(differences, NotificationsTable.metadata)

    # Indexes and unique constraints are written in the migration, where their reasons stand.
    assert [one for one in found if isinstance(one, tuple) and one[0] in COUNTS] == []
