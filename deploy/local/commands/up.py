"""Démarrer Ancrage sur ce poste ; Ctrl-C arrête tout."""

import argparse
import asyncio
import gc
import signal
import socket
from contextlib import AsyncExitStack
from typing import Final

from deploy.local.journal import open_journal, say
from deploy.local.loop import loop_factory
from deploy.local.ports import LOOPBACK, next_free_port
from deploy.local.refusal import CannotRun
from deploy.local.state import State, resolve_folder

DEFAULT_PORT: Final = 8041
_EVERYWHERE: Final = "0.0.0.0"  # noqa: S104 - asked for by --lan


def arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the verb."""
    parser.add_argument("--port", type=int, help=f"le port (sinon {DEFAULT_PORT} ou le suivant)")
    parser.add_argument("--data", metavar="DOSSIER", help="le dossier des données (.ancrage)")
    parser.add_argument(
        "--no-demo", dest="demo", action="store_false", help="sans les exemples de démonstration"
    )
    parser.add_argument("--processes", action="store_true", help="un processus par service")
    parser.add_argument(
        "--lan", action="store_true", help="ouvrir aux téléphones du même réseau (HTTPS)"
    )


def run(options: argparse.Namespace) -> int:
    """Serve until SIGTERM or Ctrl-C; return 0 after an orderly stop."""
    state = State.open(resolve_folder(options.data))
    with state.exclusively(), asyncio.Runner(loop_factory=loop_factory()) as runner:
        return runner.run(_serve_until_told(state, options))


async def _serve_until_told(state: State, options: argparse.Namespace) -> int:
    task = asyncio.current_task()
    told = False

    def stop() -> None:
        nonlocal told
        if not told and task is not None:
            told = True
            task.cancel()
            say("Arrêt en cours…")

    loop = asyncio.get_running_loop()
    for name in ("SIGINT", "SIGTERM", "SIGHUP"):
        if hasattr(signal, name):
            loop.add_signal_handler(getattr(signal, name), stop)
    try:
        async with AsyncExitStack() as stack:
            await _start(state, options, stack)
            await asyncio.Event().wait()
    except asyncio.CancelledError:
        if not told:
            raise
    say("Ancrage est arrêté.")
    return 0


async def _start(state: State, options: argparse.Namespace, stack: AsyncExitStack) -> None:
    listener = listen(options.port, everywhere=options.lan)
    stack.callback(listener.close)
    journal = open_journal(state.folder)
    say("Démarrage d’Ancrage…")
    # The services are imported from here on, beside PostgreSQL that starts: a refused port or
    # folder is told at once. What is imported stays: the collector need not look through it.
    gc.disable()
    from deploy.local.addresses import start_servers
    from shared.telemetry.logs import start_logs

    start_logs(str(journal))
    servers = await start_servers(state, stack)
    from deploy.local.host import Wanted, serve

    gc.freeze()
    gc.enable()
    say("Les bases de données et le bus sont prêts.")
    wanted = Wanted(
        state=state,
        addresses=servers,
        listener=listener,
        lan=options.lan,
        processes=options.processes,
        demo=options.demo,
    )
    host = await serve(wanted, stack)
    state.announce(host.address, {**servers.pids, **host.pids()})
    state.save()
    if options.lan:
        from deploy.local.lan import qr_code

        say(qr_code(host.address))
    say(f"Ancrage : {host.address}")


def listen(port: int | None, *, everywhere: bool = False) -> socket.socket:
    """Take the port before anything starts; `CannotRun` when the one asked for is taken."""
    host = _EVERYWHERE if everywhere else LOOPBACK
    wanted = port if port is not None else next_free_port(DEFAULT_PORT, host)
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, wanted))
    except (OSError, OverflowError) as error:
        listener.close()
        raise CannotRun(
            f"Le port {wanted} est déjà pris ou interdit : choisissez-en un autre avec --port."
        ) from error
    return listener
