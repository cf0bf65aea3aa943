"""Settings of logement, read from `LOGEMENT_…`."""

from pydantic_settings import SettingsConfigDict

from shared.runtime import ServiceSettings


class LogementSettings(ServiceSettings):
    """How people reach the housing cell, beside what every service is told."""

    model_config = SettingsConfigDict(env_prefix="LOGEMENT_", extra="ignore", frozen=True)

    cell_email: str = "logement@ancrage.example"
    cell_phone: str = "+33254000000"
