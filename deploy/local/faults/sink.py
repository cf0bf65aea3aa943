"""A mail server that writes down what it took, and can be closed and opened again."""

import json
import os
import threading
from collections import Counter
from email import message_from_bytes
from pathlib import Path
from typing import IO

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from deploy.local.ports import LOOPBACK, free_port


class Sink:
    """Every letter is in the ledger, on disk, before it is acknowledged."""

    def __init__(self, ledger: Path) -> None:
        self.port = free_port()
        self._path = ledger
        self._file: IO[str] | None = None
        self._lock = threading.Lock()
        self.taken: Counter[str] = Counter()
        """How often each Message-ID was taken."""
        self._controller: Controller | None = None

    @property
    def url(self) -> str:
        """Its address, as a service is told."""
        return f"smtp://{LOOPBACK}:{self.port}"

    async def handle_DATA(  # noqa: N802 - aiosmtpd's name
        self, _server: SMTP, _session: Session, envelope: Envelope
    ) -> str:
        """Take a letter."""
        content = envelope.content
        raw = content if isinstance(content, bytes) else str(content).encode()
        header_id = str(message_from_bytes(raw).get("Message-ID", "")).strip()
        with self._lock:
            self.taken[header_id] += 1
            if self._file is not None:
                self._file.write(json.dumps({"id": header_id}) + "\n")
                self._file.flush()
                os.fsync(self._file.fileno())
        return "250 taken"

    def open(self) -> None:
        """Answer."""
        self._file = self._path.open("a")
        self._controller = Controller(self, hostname=LOOPBACK, port=self.port)
        self._controller.start()

    def close(self) -> None:
        """Go away."""
        if self._controller is not None:
            self._controller.stop()
            self._controller = None
        if self._file is not None:
            self._file.close()
            self._file = None
