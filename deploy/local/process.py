"""One service alone in its process, told by its environment (`python -m … NAME`)."""

import asyncio
import importlib
import os
import signal
import socket
import sys

from deploy.local.loop import loop_factory
from deploy.local.ports import LOOPBACK
from deploy.local.separate import DEMO, JOURNAL, PORT
from deploy.local.web_server import WebServer
from shared.runtime.host import front
from shared.runtime.running import RunningService
from shared.telemetry.logs import start_logs


async def serve(name: str) -> None:
    """Serve one service until SIGTERM."""
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    service = importlib.import_module(f"services.{name}.main").service
    running = RunningService(service, service.settings())
    listener = socket.create_server((LOOPBACK, int(os.environ[PORT])))
    server = WebServer(front([(name, running.app)]), listener, behind_proxy=True)
    try:
        await running.start()
        if os.environ.get(DEMO):
            await running.load_demo()
        await server.start()
        await stop.wait()
    finally:
        running.app.state.stopping = True
        await server.stop()
        await running.stop()
        listener.close()


def main() -> None:
    """Run the service named on the command line."""
    start_logs(os.environ[JOURNAL])
    with asyncio.Runner(loop_factory=loop_factory()) as runner:
        runner.run(serve(sys.argv[1]))


if __name__ == "__main__":
    main()
