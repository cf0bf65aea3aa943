"""The migrations make exactly the tables that the models describe."""

from services.prospection.domain import doubt, importing, mission, person, story
from services.prospection.domain.base import ProspectionTable
from shared.persistence.migrations import differences
from shared.persistence.sessions import Database


async def test_migrations_and_models_agree(database: Database) -> None:
    described = {doubt.Doubt, importing.ImportLine, mission.Mission, person.Role, story.Envelope}
    assert all(issubclass(model, ProspectionTable) for model in described)
    async with database.engine.connect() as connection:
        assert await connection.run_sync(differences, ProspectionTable.metadata) == []
