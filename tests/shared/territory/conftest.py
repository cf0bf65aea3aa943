"""A connection on a database where the territory is loaded; undone after each test."""

from collections.abc import AsyncIterator

import asyncpg
import pytest
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from deploy.local.postgres import Postgres
from shared.persistence.sessions import sqlalchemy_url
from shared.territory import schema
from shared.territory.seed import seed


@pytest.fixture(scope="session")
async def territory_engine(postgres: Postgres) -> AsyncIterator[AsyncEngine]:
    """Give an engine on a database that holds nothing but the territory."""
    server = await asyncpg.connect(postgres.url("postgres"))
    await server.execute("CREATE DATABASE territoire_essai")
    await server.close()
    address = postgres.url("territoire_essai")
    direct = await asyncpg.connect(address)
    await direct.execute(schema.V1)
    await direct.close()
    engine = create_async_engine(sqlalchemy_url(address))
    async with engine.begin() as connection:
        await seed(connection)
    yield engine
    await engine.dispose()


@pytest.fixture
async def loaded(territory_engine: AsyncEngine) -> AsyncIterator[AsyncConnection]:
    """Give a connection whose changes are undone."""
    async with territory_engine.connect() as connection:
        transaction = await connection.begin()
        yield connection
        await transaction.rollback()
