"""The page `docs/fiabilite.md`, written from one run of the suite and never by hand."""

import platform
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final

import psutil

from deploy.local.faults.figures import percentile
from deploy.local.faults.suite import Played
from deploy.local.state import ROOT

PAGE: Final = ROOT / "docs" / "fiabilite.md"
_HEAD = (
    "| | scénario | résultat | perdus | doublés | survendus | inversions | p50 | p99 | reprises |"
)
_FOREWORD: Final = (
    "Page écrite par `./ancrage faults`, jamais à la main. Chaque scénario casse une partie d’une "
    "vraie plateforme (processus, bus, base de données, courrier) pendant que des clients "
    "s’inscrivent, puis un vérificateur compare ce qui leur a été promis avec ce qui est\u00a0: "
    "bases, flux, courrier reçu."
)
_TIERS: Final = {"short": "court", "whole": "entier"}
_RULE = "| --- | --- | --- | --: | --: | --: | --: | --: | --: | --- |"
_WORDS: Final = {
    "kills": "arrêts brutaux",
    "stops": "arrêts immédiats de la base",
    "cuts": "sessions coupées",
    "restarts": "redémarrages",
    "slowest_exit_seconds": "arrêt le plus long (s)",
    "points": "points nommés",
    "crashes": "morts à ces points",
    "attempts": "demandes",
    "registrations": "inscriptions",
    "unknown": "demandes sans réponse connue",
    "busy": "réponses « réessayez »",
    "races": "courses pour une place",
    "seats": "places de la grande soirée",
    "sent_twice": "demandes envoyées deux fois",
    "attempts_per_second": "demandes par seconde",
    "drained_seconds": "secondes avant que tout soit réglé",
    "acknowledged": "messages promis avant la coupure",
    "restored": "messages rendus par le journal",
    "poison": "évènements gâtés",
    "replayed": "messages rejoués",
    "p99_without_poison_ms": "p99 sans évènement gâté (ms)",
    "p99_with_poison_ms": "p99 avec (ms)",
    "alarm_stream_seconds": "alarme du flux absent (s)",
    "alarm_rights_seconds": "alarme des droits (s)",
    "alarm_full_seconds": "alarme du flux plein (s)",
    "busy_without_stream_percent": "processeur sans flux (%)",
    "busy_without_rights_percent": "processeur sans droits (%)",
    "redelivered_impatient": "messages redonnés par un bus impatient",
    "long_reaction_seconds": "longue réaction (s)",
    "breaches": "ruptures de lien",
    "slowest_seconds": "demande la plus longue (s)",
    "growth_mb": "mémoire prise (Mo)",
    "published_again": "messages publiés deux fois",
    "usual_p99_ms": "p99 avant la longue transaction (ms)",
    "others_p99_ms": "p99 pendant (ms)",
    "away_seconds": "absence du bus (s)",
    "backlog": "lignes en attente au retour",
    "rows_per_second": "lignes publiées par seconde",
    "rebuild_seconds": "modèle refait (s)",
}


def write_report(seed: int, tier: str, scale: float, played: Sequence[Played]) -> None:
    """Write the page."""
    PAGE.write_text(report(seed, tier, scale, played, datetime.now(UTC)))


def report(seed: int, tier: str, scale: float, played: Sequence[Played], now: datetime) -> str:
    """The text of the page."""
    green, seconds = sum(one.ok for one in played), sum(one.seconds for one in played)
    lines = [
        "# Fiabilité",
        "",
        _FOREWORD,
        "",
        f"- Jeu {_TIERS[tier]}, graine {seed}, nombres × {scale:g}",
        f"- Le {now:%d/%m/%Y}, {platform.machine()}, {psutil.cpu_count()} cœurs, {seconds:.0f} s",
        f"- {green} scénarios verts sur {len(played)}",
        "",
        _HEAD,
        _RULE,
        *(_line(one) for one in played),
        "",
        "«\u00a0Reprises\u00a0»\u00a0: nombre, médiane et maximum en secondes.",
        "",
        "## Détail",
        "",
    ]
    for one in played:
        lines += _detail(one)
    return "\n".join(lines).rstrip() + "\n"


def _line(one: Played) -> str:
    counts = one.counts
    figures = " | ".join(
        f"{counts.get(name, '–'):g}" if name in counts else "–"
        for name in ("lost", "duplicated", "oversold", "inversions")
    )
    times = " | ".join(
        f"{counts[name]:.0f} ms" if name in counts else "–" for name in ("p50_ms", "p99_ms")
    )
    state = "vert" if one.ok else "**rouge**"
    return f"| {one.id} | {one.title} | {state} | {figures} | {times} | {_recoveries(one)} |"


def _recoveries(one: Played) -> str:
    if not one.recoveries:
        return "–"
    middle, most = percentile(one.recoveries, 0.5), max(one.recoveries)
    return f"{len(one.recoveries)}\u00a0: {middle:.1f} / {most:.1f} s".replace(".", ",")


def _detail(one: Played) -> list[str]:
    told = [
        f"{_WORDS.get(name, name)}\u00a0: {value:g}".replace(".", ",")
        for name, value in one.counts.items()
        if name not in {"lost", "duplicated", "oversold", "inversions"} and value
    ]
    lines = [f"- **{one.id}**, {one.seconds:.0f} s. " + "\u00a0; ".join(told)]
    lines += [f"  - {sentence}" for sentence in one.wrong]
    if one.control is not None:
        said = "le vérificateur a viré au rouge" if one.control["ok"] else "**sans effet**"
        lines.append(f"  - Protection ôtée\u00a0: {said} ({one.control})")
    return lines
