"""Settings of events, read from `EVENTS_…`."""

from pydantic_settings import SettingsConfigDict

from shared.runtime import ServiceSettings


class EventsSettings(ServiceSettings):
    """Nothing of its own beside what every service is told."""

    model_config = SettingsConfigDict(env_prefix="EVENTS_", extra="ignore", frozen=True)
