"""Sample inspections and works of the playgrounds over two years, in the rhythm of NF EN 1176-7.

Dates count back from the anchor, the day the demonstration was first loaded.
"""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from amenities.models import Inspection, Intervention, Playground
from amenities.vocabulary import (
    InspectionResult,
    InspectionType,
    InterventionKind,
    InterventionState,
    PlaygroundState,
)
from gisportal.demo.rows import save_rows
from gisportal.demo.sources import dice

_TWO_YEARS = 730
_BODIES = {
    InspectionType.VISUEL: "Service des parcs (exemple)",
    InspectionType.FONCTIONNEL: "Régie des aires de jeux (exemple)",
    InspectionType.ANNUEL: "Bureau de contrôle fictif",
}
_REMARKS = {
    InspectionResult.CONFORME: "",
    InspectionResult.RESERVE_MINEURE: "Boulonnerie à resserrer, peinture écaillée.",
    InspectionResult.RESERVE_MAJEURE: "Sol amortissant usé sous la balançoire.",
    InspectionResult.DANGER: "Élément cassé : jeu condamné jusqu’à réparation.",
}


@dataclass(frozen=True, slots=True)
class SampleWork:
    """A kind of works: its words, its usual cost in euros, the usual delay in days from the request to the end."""

    description: str
    cost: int
    delay: int


_WORKS = {
    InterventionKind.ENTRETIEN: SampleWork("Resserrage et graissage", 180, 9),
    InterventionKind.NETTOYAGE: SampleWork("Nettoyage du sol et retrait de graffitis", 240, 5),
    InterventionKind.REPARATION: SampleWork("Remplacement d’une assise de balançoire", 650, 14),
    InterventionKind.REMPLACEMENT: SampleWork("Remplacement d’un jeu sur ressort", 2400, 38),
    InterventionKind.INSTALLATION: SampleWork("Pose d’un panneau d’information", 520, 27),
    InterventionKind.MISE_EN_SECURITE: SampleWork("Condamnation d’un jeu", 150, 1),
}


@dataclass(frozen=True, slots=True)
class InspectionSchedule:
    """How often a type of inspection comes, in days, and how many of the last ones the register keeps."""

    kind: InspectionType
    days: int
    kept: int


_RHYTHMS = (
    InspectionSchedule(InspectionType.ANNUEL, 365, 2),
    InspectionSchedule(InspectionType.FONCTIONNEL, 91, 8),
    InspectionSchedule(InspectionType.VISUEL, 14, 3),
)


def load_upkeep(playgrounds: Sequence[Playground], *, anchor: dt.date) -> None:
    """Write the inspections and the works."""
    rolls = dice("upkeep")
    inspections = [found for playground in playgrounds for found in _inspections(playground, rolls, anchor)]
    save_rows(inspections, keys=("playground_id", "type", "date"))
    works = [found for playground in playgrounds for found in _works(playground, rolls, anchor)]
    delays = dice("delays")  # apart, so that the works of a demonstration already loaded stay what they are
    for work in works:
        work.date_demande = work.date - dt.timedelta(days=_delay(work.nature, delays))
    save_rows(works, keys=("playground_id", "nature", "date"))


def _inspections(playground: Playground, rolls: random.Random, anchor: dt.date) -> Iterable[Inspection]:
    """Yield the last inspections of each rhythm; some of the next ones are overdue."""
    for rhythm in _RHYTHMS:
        last = rolls.randint(1, round(rhythm.days * 1.1))
        for rank in range(rhythm.kept):
            age = last + rank * rhythm.days
            if age <= _TWO_YEARS:
                date = anchor - dt.timedelta(days=age)
                is_decisive = rank == 0 and rhythm.kind == InspectionType.FONCTIONNEL
                result = _result(playground, rolls, is_decisive=is_decisive)
                yield Inspection(
                    playground=playground,
                    type=rhythm.kind,
                    date=date,
                    organisme=_BODIES[rhythm.kind],
                    controleur=f"Agent {rolls.choice('ABCDEFGH')} (exemple)",
                    resultat=result,
                    observations=_REMARKS[result],
                    prochaine_echeance=date + dt.timedelta(days=rhythm.days),
                )


def _result(playground: Playground, rolls: random.Random, *, is_decisive: bool) -> InspectionResult:
    """Roll a result; the last operational inspection of a closed playground found a danger."""
    if is_decisive and playground.etat == PlaygroundState.FERME:
        return InspectionResult.DANGER
    results = [InspectionResult.CONFORME, InspectionResult.RESERVE_MINEURE, InspectionResult.RESERVE_MAJEURE]
    return rolls.choices(results, weights=[14, 5, 1])[0]


def _works(playground: Playground, rolls: random.Random, anchor: dt.date) -> Iterable[Intervention]:
    for nature in rolls.sample(list(_WORKS), rolls.randint(1, 4)):
        work, days = _WORKS[nature], rolls.randint(-60, _TWO_YEARS)
        yield Intervention(
            playground=playground,
            date=anchor - dt.timedelta(days=days),
            nature=nature,
            description=work.description,
            entreprise="Entreprise fictive",
            cout_eur=Decimal(round(work.cost * rolls.uniform(0.7, 1.6))),
            statut=_progress(days, rolls),
        )


def _delay(nature: str, rolls: random.Random) -> int:
    """Roll how many days works took: mostly about the usual delay, seldom three times as long."""
    return round(_WORKS[InterventionKind(nature)].delay * rolls.triangular(0.3, 3.0, 0.9))


def _progress(days: int, rolls: random.Random) -> InterventionState:
    """Return where works dated ``days`` before the anchor stand."""
    if days < 0:
        return InterventionState.PREVUE
    if days < 15:
        return InterventionState.EN_COURS
    return rolls.choices([InterventionState.TERMINEE, InterventionState.ANNULEE], weights=[19, 1])[0]
