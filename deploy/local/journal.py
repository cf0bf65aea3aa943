"""What the person sees of a start: short French lines; everything else goes to `journal.log`."""

import sys
from contextlib import suppress
from pathlib import Path
from typing import Final

_LIMIT_BYTES: Final = 20_000_000


def say(text: str) -> None:
    """Show one line of progress, at once; a terminal that was closed must not stop us midway."""
    with suppress(OSError):
        print(text, file=sys.stdout, flush=True)


def open_journal(folder: Path) -> Path:
    """Return where this run writes its logs; a journal grown too long is set aside once."""
    path = folder / "journal.log"
    if path.exists() and path.stat().st_size > _LIMIT_BYTES:
        path.replace(folder / "journal.precedent.log")
    path.touch(mode=0o600)
    return path
