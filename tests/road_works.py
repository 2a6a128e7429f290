"""Sites of road works: as values for the formats of feeds, and as rows for requests."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.contrib.gis.geos import LineString, MultiLineString

from roadworks.feeds.sites import Line, RoadPart, Site, SiteEffect, SitePhase
from roadworks.models import Effect, Phase, RoadWorks, SiteSection
from roadworks.periods import EVERY_DAY, PARIS, Rule
from roadworks.vocabulary import Direction, Impact, Mode, SiteState, WorkNature

STREET = "Avenue du Général-Leclerc"
# Sections of 160 m from west to east in Meudon, on one street.
SECTIONS: tuple[Line, ...] = tuple(
    ((2.2050 + n * 0.0022, 48.8100), (2.2050 + (n + 1) * 0.0022, 48.8100)) for n in range(4)
)
# Every night but that of Saturday, across the change of hour of 28 March 2027.
NIGHTS = Rule(dt.date(2027, 3, 22), dt.date(2027, 4, 2), dt.time(21), dt.time(6), EVERY_DAY - {6})
# The second phase: by day, on working days.
DAYS = Rule(
    dt.date(2027, 4, 5), dt.date(2027, 4, 9), dt.time(8), dt.time(17), frozenset({1, 2, 3, 4, 5}), True
)
CLOSED = SiteEffect(None, Mode.CAR, Impact.CLOSED, Direction.BOTH)
CONTACT = "Camille Martin 06 12 34 56 78"


def paris(text: str) -> dt.datetime:
    """Return an instant from what clocks show in Paris."""
    return dt.datetime.fromisoformat(text).replace(tzinfo=PARIS)


def public_site(**values: Any) -> Site:
    """Return a site of two phases on one line, as feeds read it."""
    line: Line = (SECTIONS[0][0], SECTIONS[1][0])
    neutral: dict[str, Any] = {
        "pk": 7,
        "identifier": "TRV-2027-0007",
        "title": "Renouvellement de la conduite d’eau",
        "description": "Tranchée côté pair.",
        "street": STREET,
        "nature": WorkNature.WATER.value,
        "owner": "Syndicat des eaux",
        "company": "",
        "detour": "",
        "values": {},
        "first_day": NIGHTS.first,
        "last_day": DAYS.last,
        "is_suspended": False,
        "ended_at": None,
        "version": 3,
        "created_at": paris("2027-03-01 09:00"),
        "changed_at": paris("2027-03-02 10:00"),
        "lines": (line,),
        "detour_lines": (),
        "phases": (SitePhase(1, "", NIGHTS), SitePhase(2, "Réfection", DAYS)),
        "effects": (CLOSED,),
        "parts": parts(SECTIONS[:1]),
    }
    return Site(**neutral | values)


def parts(
    lines: Iterable[Line], *, street: str = STREET, nature: str = "Route à 1 chaussée"
) -> tuple[RoadPart, ...]:
    """Return parts of road sections."""
    return tuple(RoadPart(f"TRONROUT{n}", street, nature, line) for n, line in enumerate(lines, 1))


def site(identifiant: str = "TRV-1", **values: Any) -> RoadWorks:
    """Create a published site on the first section, without phases; ``lines`` are those of its geometry."""
    lines = values.pop("lines", SECTIONS[:1])
    neutral: dict[str, Any] = {
        "objet": f"Chantier-{identifiant}",
        "voie": STREET,
        "nature": WorkNature.WATER,
        "maitre_ouvrage": "Syndicat des eaux",
        "contact": CONTACT,
        "date_debut": dt.date(2027, 3, 22),
        "date_fin": dt.date(2027, 4, 9),
        "etat": SiteState.PUBLISHED,
    }
    geometry = MultiLineString(*(LineString(*line) for line in lines), srid=4326)
    row = RoadWorks(identifiant=identifiant, geom=geometry, **neutral | values)
    row.save(force_insert=True)
    for rank, line in enumerate(lines):
        SiteSection.objects.create(
            chantier=row, rang=rank, cleabs=f"TRONROUT{rank}", voie=STREET, nature="Route à 1 chaussée",
            longueur_m=160, geom=LineString(*line, srid=4326),
        )  # fmt: skip
    return row


def phase(row: RoadWorks, numero: int, rule: Rule) -> Phase:
    """Create a phase of a site by its rule."""
    return Phase.objects.create(
        chantier=row, numero=numero, date_debut=rule.first, date_fin=rule.last, heure_debut=rule.opens,
        heure_fin=rule.closes, jours=sorted(rule.days - (EVERY_DAY if rule.days == EVERY_DAY else frozenset())),
        sauf_feries=rule.skips_holidays,
    )  # fmt: skip


def effect(row: RoadWorks, mode: Mode = Mode.CAR, impact: Impact = Impact.CLOSED) -> Effect:
    """Create an effect of a site in both directions and all phases."""
    return Effect.objects.create(chantier=row, mode=mode, impact=impact, sens=Direction.BOTH)
