"""Works as they are compared with others: from the answers of a form that is not saved, or from a stored site."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.gis.geos import MultiLineString

from layers.access import Scope
from layers.visitor import Visitor
from roadworks.models import RoadWorks
from roadworks.queries import SiteRecords
from roadworks.services.conflicts import Conflict, PlannedWorks, find_conflicts
from roadworks.services.sections import place
from roadworks.vocabulary import Direction, Impact, Mode, SiteState, Traffic


@dataclass(frozen=True, slots=True)
class PlannedPhase:
    """A phase before it is saved, under the names of ``roadworks.models.Phase``."""

    numero: int
    date_debut: dt.date
    date_fin: dt.date
    heure_debut: dt.time | None = None
    heure_fin: dt.time | None = None
    jours: Sequence[int] = ()
    sauf_feries: bool = False
    titre: str = ""
    pk: None = None


def planned_phases(columns: Iterable[Mapping[str, Any]]) -> list[PlannedPhase]:
    """Return the phases of a form, in order."""
    return [PlannedPhase(numero=number, **values) for number, values in enumerate(columns, 1)]


def planned_works(
    visitor: Visitor,
    values: Mapping[str, Any],
    phases: Sequence[PlannedPhase],
    drawing: MultiLineString,
    *,
    traffic: Traffic,
    pk: int | None = None,
) -> PlannedWorks:
    """Return the works of a form; ``values`` are its fields, some of which may be missing."""
    return PlannedWorks(
        place(visitor, drawing),
        phases,
        nature=str(values.get("nature", "")),
        renews_surface=bool(values.get("refait_chaussee")),
        closes_road=traffic == Traffic.CLOSED,
        detour=values.get("trace_deviation"),
        pk=pk,
    )


def unsaved_site(values: Mapping[str, Any], works: PlannedWorks, *, traffic: Traffic) -> RoadWorks:
    """Return a row that is not saved, for the parts of pages that write sites."""
    return RoadWorks(
        pk=works.pk,
        objet=values.get("objet", ""),
        nature=works.nature,
        voie=", ".join(works.placement.streets),
        date_debut=works.first,
        date_fin=works.last,
        impact_circulation=traffic,
        etat=SiteState.DRAFT,
        geom=works.placement.geom,
    )


def conflicts_of(scope: Scope, records: SiteRecords) -> list[Conflict]:
    """Return the conflicts of a stored site, as the visitor may know them."""
    site = records.site
    phases = records.phases or [PlannedPhase(1, site.date_debut, site.date_fin)]
    closes_road = any(
        effect.mode == Mode.CAR and effect.impact == Impact.CLOSED and effect.sens == Direction.BOTH
        for effect in records.effects
    )
    works = PlannedWorks(
        place(scope.visitor, site.trace or site.geom),
        phases,
        nature=site.nature,
        renews_surface=site.refait_chaussee,
        closes_road=closes_road,
        detour=site.trace_deviation,
        pk=site.pk,
    )
    return find_conflicts(scope, works)
