"""The messaging against the raw limit of its servers: same run, same headers, interleaved."""

from typing import Any

from deploy.local.bench.messaging.measures import Figure


async def run() -> list[dict[str, Any]]:
    """Measure everything on servers of its own; about two minutes."""
    from deploy.local.bench.messaging.reacting import measure_reactions
    from deploy.local.bench.messaging.registering import measure_registrations
    from deploy.local.bench.messaging.relaying import measure_relay
    from deploy.local.bench.messaging.world import open_world

    figures: list[Figure] = []
    async with open_world() as world:
        figures += await measure_relay(world)
        figures += await measure_reactions(world)
    figures += await measure_registrations()
    return [figure.row() for figure in figures]
