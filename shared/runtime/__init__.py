"""The chassis: a service described once, run the same way on a laptop, a server or a cluster."""

from shared.runtime.clock import now
from shared.runtime.service import Job, Resources, Service
from shared.runtime.settings import ServiceSettings

__all__ = ["Job", "Resources", "Service", "ServiceSettings", "now"]
