"""Settings of prospection, read from variables that start with `PROSPECTION_`."""

from pydantic_settings import SettingsConfigDict

from shared.runtime import ServiceSettings


class ProspectionSettings(ServiceSettings):
    """Nothing of its own yet: what every service is told."""

    model_config = SettingsConfigDict(env_prefix="PROSPECTION_", extra="ignore", frozen=True)
