"""The platform under test: `up` itself, that restarts what dies without growing patient."""

import asyncio
import json
import os
import sys
from functools import partial
from pathlib import Path
from typing import Any, Final

from deploy.local import cli, guardian, separate, supervisor
from deploy.local.configuration import values_of

HOLD: Final = "ANCRAGE_HOLD_FOLDER"
"""A file of this folder named after a server (`nats`, `postgresql`) keeps it down."""
LINKS: Final = "ANCRAGE_LINKS"
"""JSON: the true port of a server → the port that the services are told."""
_START_AGAIN: Final = "_start_again"


def _wait_while_held() -> None:
    original = getattr(guardian.Guardian, _START_AGAIN)
    folder = Path(os.environ[HOLD])

    async def start_again(self: Any, name: str, kept: Any) -> None:
        while (folder / name).exists():  # noqa: ASYNC110 - another process removes the file
            await asyncio.sleep(0.05)
        await original(self, name, kept)

    setattr(guardian.Guardian, _START_AGAIN, start_again)


def _go_through_links() -> None:
    """Tell the services other ports than the true ones, when links are to be broken."""
    ports: dict[str, int] = json.loads(os.environ.get(LINKS) or "{}")
    original = values_of

    def through_links(service: str, configuration: Any) -> dict[str, Any]:
        values = original(service, configuration)
        for name in ("database_url", "nats_url", "smtp_url"):
            for true, other in ports.items():
                if name in values:
                    values[name] = values[name].replace(f":{true}", f":{other}")
        return values

    vars(separate)["values_of"] = through_links


def main() -> int:
    """Run `up` with the arguments of the command line."""
    vars(supervisor)["_LONGEST_DELAY_SECONDS"] = 0.5
    vars(separate)["Supervisor"] = partial(
        supervisor.Supervisor, module="deploy.local.faults.crash_points"
    )
    _wait_while_held()
    _go_through_links()
    return cli.main(["up", *sys.argv[1:]])


if __name__ == "__main__":
    sys.exit(main())
