"""The scenarios that exist, in the order they are played."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from deploy.local.faults.scenarios import (
    s01_killed_services,
    s02_crash_points,
    s03_killed_bus,
    s04_power_cut,
    s05_killed_database,
    s06_last_seat,
    s08_poison,
    s09_broken_bus,
    s10_slow_handler,
    s11_bad_links,
    s12_late_duplicates,
    s13_two_relays,
    s15_rolling_restart,
    s16_bus_away,
)
from deploy.local.faults.world import Outcome, World

Play = Callable[[World], Awaitable[Outcome]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """One scenario: `short` plays in the short tier at this share of its full size, 0 = not there.

    `unprotect` plays with one protection off, from outside: the checker must then find one of
    `reds`. `alone` scenarios bring their own servers and no platform.
    """

    id: str
    title: str
    play: Play
    unprotect: Play | None = None
    reds: tuple[str, ...] = ()
    short: float = 0.0
    limit: float = 90.0
    """Seconds after which what is owed must have left."""
    linked: bool = False
    """On a platform whose links to its servers can be broken."""


SCENARIOS = (
    Scenario(
        id="S1",
        title="Chaque service tué à son tour pendant des inscriptions",
        play=s01_killed_services.play,
        unprotect=s01_killed_services.unprotect,
        reds=("lost", "inversions"),
        short=0.12,
    ),
    Scenario(
        id="S2",
        title="Mort du processus à chaque point nommé de son travail",
        play=s02_crash_points.play,
        unprotect=s02_crash_points.unprotect,
        reds=("duplicated",),
        short=0.34,
    ),
    Scenario(
        id="S3",
        title="Le bus tué pendant que les relais publient",
        play=s03_killed_bus.play,
        unprotect=s03_killed_bus.unprotect,
        reds=("zombies",),
        short=0.3,
    ),
    Scenario(
        id="S4",
        title="Coupure de courant du bus",
        play=s04_power_cut.play,
        unprotect=s04_power_cut.unprotect,
        reds=("wrong",),
    ),
    Scenario(
        id="S5",
        title="La base de données arrêtée net, ses sessions coupées",
        play=s05_killed_database.play,
        unprotect=s05_killed_database.unprotect,
        reds=("lost", "zombies", "ghosts"),
    ),
    Scenario(
        id="S6",
        title="La dernière place, disputée par 64 clients",
        play=s06_last_seat.play,
        unprotect=s06_last_seat.unprotect,
        reds=("oversold",),
        short=0.15,
    ),
    Scenario(
        id="S8",
        title="Un évènement sur cent est gâté",
        play=s08_poison.play,
        unprotect=s08_poison.unprotect,
        reds=("dead_letters",),
        short=0.15,
    ),
    Scenario(
        id="S9",
        title="Files et flux supprimés, vidés, faussés ; droits retirés",
        play=s09_broken_bus.play,
        unprotect=s09_broken_bus.unprotect,
        reds=("lost", "inversions"),
        short=0.2,
    ),
    Scenario(
        id="S10",
        title="Réactions plus lentes que la patience du bus, deux processus",
        play=s10_slow_handler.play,
        unprotect=s10_slow_handler.unprotect,
        reds=("duplicated",),
    ),
    Scenario(
        id="S11",
        title="Liens lents, étranglés, muets, coupés, à demi ouverts",
        play=s11_bad_links.play,
        unprotect=s11_bad_links.unprotect,
        reds=("lost",),
        limit=180.0,
        linked=True,
    ),
    Scenario(
        id="S12",
        title="Les mêmes messages bien plus tard, le flux entier rejoué",
        play=s12_late_duplicates.play,
        unprotect=s12_late_duplicates.unprotect,
        reds=("duplicated",),
        short=0.25,
    ),
    Scenario(
        id="S13",
        title="Validations dans le désordre, deux relais",
        play=s13_two_relays.play,
        unprotect=s13_two_relays.unprotect,
        reds=("zombies",),
    ),
    Scenario(
        id="S15",
        title="Redémarrage de chaque service, l’un après l’autre, sous charge",
        play=s15_rolling_restart.play,
        unprotect=s15_rolling_restart.unprotect,
        reds=("wrong",),
        short=0.34,
    ),
    Scenario(
        id="S16",
        title="Le bus absent, puis plein",
        play=s16_bus_away.play,
        unprotect=s16_bus_away.unprotect,
        reds=("zombies",),
    ),
)
