"""Free TCP ports of the loopback address."""

import socket
from typing import Final

LOOPBACK: Final = "127.0.0.1"


def is_free(port: int, host: str = LOOPBACK) -> bool:
    """Tell whether `port` can be listened on now at `host`."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        # A connection of the previous run still in TIME_WAIT must not make its port look taken.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def free_port(wanted: int | None = None) -> int:
    """Return `wanted` when it is free, else a port chosen by the system."""
    if wanted and is_free(wanted):
        return wanted
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.bind((LOOPBACK, 0))
        return int(probe.getsockname()[1])


def next_free_port(first: int, host: str = LOOPBACK, tries: int = 50) -> int:
    """Return the first free port from `first` on, or any free port after `tries` ones."""
    for port in range(first, first + tries):
        if is_free(port, host):
            return port
    return free_port()
