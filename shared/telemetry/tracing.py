"""One TracerProvider per service: OpenTelemetry refuses a second global one, and we run several."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.sampling import ALWAYS_OFF, DEFAULT_ON
from opentelemetry.trace import Span, SpanKind
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

if TYPE_CHECKING:
    from opentelemetry.sdk.trace.export import SpanExporter

ALLOWED_ATTRIBUTES = frozenset({
    "http.request.method", "http.route", "http.response.status_code",
    "messaging.destination.name", "messaging.message.id", "messaging.operation.type",
    "messaging.batch.message_count", "ancrage.reader", "ancrage.template", "ancrage.outcome",
    "ancrage.action", "smtp.code", "error.type",
})  # fmt: skip
"""Fail closed: an attribute that is not listed never reaches a span."""

_propagator = TraceContextTextMapPropagator()


class Telemetry:
    """The tracer of one service. Exports nothing unless the standard variables, or a file, are set.

    `OTEL_EXPORTER_OTLP_ENDPOINT` sends spans over OTLP/HTTP; `ANCRAGE_SPANS_FILE` appends them to
    a file, one JSON object a line.
    """

    def __init__(self, service: str, exporter: "SpanExporter | None" = None) -> None:
        chosen = exporter or _exporter_from_environment()
        # Without anywhere to send spans, traces still have ids but nothing is recorded.
        self.provider = TracerProvider(
            sampler=DEFAULT_ON if chosen is not None else ALWAYS_OFF,
            resource=Resource({"service.name": f"ancrage-{service}"}),
            shutdown_on_exit=False,
        )
        self.tracer = self.provider.get_tracer("ancrage")
        if chosen is not None:
            from opentelemetry.sdk.trace.export import BatchSpanProcessor

            self.provider.add_span_processor(
                BatchSpanProcessor(chosen, schedule_delay_millis=500, max_queue_size=20_000)
            )

    @contextmanager
    def span(
        self,
        name: str,
        *,
        parent: str | None = None,
        kind: SpanKind = SpanKind.INTERNAL,
        **attributes: str | int,
    ) -> Iterator[Span]:
        """A current span; `parent` is a `traceparent` (W3C) that came with a message or a request.

        Attribute names are given with `__` for the dot: `http__route="/soirees/{id}"`.
        """
        with self.tracer.start_as_current_span(
            name,
            context=_context(parent),
            kind=kind,
            record_exception=False,  # a stack trace may quote what a person typed
            set_status_on_exception=False,
        ) as current:
            set_attributes(current, **attributes)
            try:
                yield current
            except Exception as error:
                mark_failed(current, error)
                raise

    def close(self) -> None:
        """Flush what waits, then stop."""
        self.provider.shutdown()


def set_attributes(span: Span, **attributes: str | int) -> None:
    """Set attributes on `span`, those of the allow-list only."""
    for key, value in attributes.items():
        name = key.replace("__", ".")
        if name not in ALLOWED_ATTRIBUTES:
            raise ValueError(f"{name} is not an allowed span attribute")
        span.set_attribute(name, value)


def mark_failed(span: Span, error: Exception) -> None:
    """Say on `span` that it failed and by which kind of error, nothing of what the error says."""
    span.set_attribute("error.type", type(error).__name__)
    span.set_status(trace.StatusCode.ERROR)


def current_traceparent() -> str | None:
    """The `traceparent` of the running span, to be stored beside what will happen later."""
    carrier: dict[str, str] = {}
    _propagator.inject(carrier)
    return carrier.get("traceparent")


@contextmanager
def span_from(
    telemetry: Telemetry, traceparent: str | None, name: str, **attributes: str | int
) -> Iterator[Span]:
    """A span that goes on with a stored trace."""
    with telemetry.span(name, parent=traceparent) as current:
        set_attributes(current, **attributes)
        yield current


def _context(traceparent: str | None) -> Context | None:
    return _propagator.extract({"traceparent": traceparent}) if traceparent else None


def _exporter_from_environment() -> "SpanExporter | None":
    if os.environ.get("OTEL_EXPORTER_OTLP_ENDPOINT"):
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter

        return OTLPSpanExporter()
    if path := os.environ.get("ANCRAGE_SPANS_FILE"):
        from opentelemetry.sdk.trace.export import ConsoleSpanExporter

        return ConsoleSpanExporter(
            out=Path(path).open("a", encoding="utf-8"),
            formatter=lambda span: span.to_json(indent=None) + "\n",
        )
    return None
