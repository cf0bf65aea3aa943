"""Logs as JSON lines, without any text a person typed."""

import json
import logging
import sys
from typing import Any


class JsonLines(logging.Formatter):
    """One JSON object a line; the message is ours, its arguments are ids and counts."""

    def format(self, record: logging.LogRecord) -> str:
        """The record as one line; of an exception only the class and the place, never its text."""
        line: dict[str, Any] = {
            "at": self.formatTime(record, "%Y-%m-%dT%H:%M:%S%z"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        if record.exc_info and record.exc_info[0] is not None:
            line["error"] = record.exc_info[0].__name__
            trace = record.exc_info[2]
            places = []
            while trace is not None:
                code = trace.tb_frame.f_code
                places.append(f"{code.co_filename}:{trace.tb_lineno} {code.co_name}")
                trace = trace.tb_next
            line["at_code"] = places[-6:]
        return json.dumps(line, ensure_ascii=False)


def start_logs(path: str | None = None, level: int = logging.INFO) -> None:
    """Send the logs of the whole process to `path`, or to standard error."""
    handler: logging.Handler = (
        logging.FileHandler(path, encoding="utf-8") if path else logging.StreamHandler(sys.stderr)
    )
    handler.setFormatter(JsonLines())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for noisy in ("httpx", "httpcore", "uvicorn.access", "asyncio", "mail.log"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
