"""What is wrong right now in the plumbing of one service: for readiness, figures and the log."""

import logging
from collections import Counter
from collections.abc import Mapping
from types import MappingProxyType

logger = logging.getLogger(__name__)


class Alarms:
    """Named alarms with a sentence each. `blocking` ones make the service not ready."""

    def __init__(self) -> None:
        self._raised: dict[str, tuple[str, bool]] = {}
        self.counts: Counter[str] = Counter()
        """How often each was raised since the start: an alarm may come and go between two looks."""

    def raise_(self, name: str, sentence: str, *, blocking: bool = False) -> None:
        """Raise an alarm, once; the log keeps the moment."""
        if name not in self._raised:
            self.counts[name] += 1
            logger.warning("alarm raised: %s: %s", name, sentence)
        self._raised[name] = (sentence, blocking)

    def clear(self, name: str) -> None:
        """The cause is gone."""
        if self._raised.pop(name, None) is not None:
            logger.info("alarm cleared: %s", name)

    @property
    def raised(self) -> Mapping[str, str]:
        """Every alarm that stands, with its sentence."""
        return MappingProxyType({name: sentence for name, (sentence, _) in self._raised.items()})

    @property
    def blocking(self) -> bool:
        """Whether the service should be taken out of rotation."""
        return any(blocking for _, blocking in self._raised.values())
