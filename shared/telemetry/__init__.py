"""Traces and logs: one trace from the click to the SMTP reply, never a personal field in either."""

from shared.telemetry.tracing import Telemetry, current_traceparent, span_from

__all__ = ["Telemetry", "current_traceparent", "span_from"]
