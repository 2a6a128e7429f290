"""The small world of the access tests: layers of every kind, rights of every kind, features with unmistakable names.

=======================  =====================================================================================
aires-de-jeux            internal; PLANNER and GARDENER see all, TOWN_AGENT the rows of Meudon, PARTNER's grant
                         expired yesterday, NEWCOMER's begins tomorrow; inspections are read by GARDENER
arbres-remarquables      open; ``etat_sanitaire`` (protected by code) and ``matricule`` (by an administrator) are
                         read by GARDENER
plui-zones               open; one zone in Meudon, one astride Meudon and Boulogne, one in Sèvres
plui-prescriptions-surf  open, but a draft
plui-prescriptions-pct   open, but archived
=======================  =====================================================================================
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import Group
from django.utils import timezone

from amenities.models import Equipment, Inspection, Intervention, Photo, Playground
from heritage.models import RemarkableTree
from layers.models import Grant, Layer, ProtectedField
from plui.models import ZoneUrba
from tests import factories
from tests.factories import BOULOGNE, MEUDON, SEVRES, SQUARES, box
from tests.people import GARDENER, NEWCOMER, PARTNER, PLANNER, TOWN_AGENT, Person

PLAYGROUNDS, TREES, ZONES = "aires-de-jeux", "arbres-remarquables", "plui-zones"
DRAFT, ARCHIVED = "plui-prescriptions-surf", "plui-prescriptions-pct"
IN_MEUDON = frozenset({"Jeux-Val", "Jeux-Bruyeres"})
ALL_PLAYGROUNDS = IN_MEUDON | {"Jeux-Pont"}
MATRICULE = "MATRICULE-SECRET"
OBSERVATION = "Observation-reservee"


@dataclass(frozen=True)
class World:
    """The features, by name; photos by the name of their playground."""

    playgrounds: dict[str, Playground]
    photos: dict[str, Photo]
    trees: dict[str, RemarkableTree]
    zones: dict[str, ZoneUrba]
    draft: int
    archived: int

    def address(self, slug: str) -> dict[str, Any]:
        """Return the place of a feature of a layer, one that TOWN_AGENT would see, and of a photo."""
        first = {
            PLAYGROUNDS: self.playgrounds["Jeux-Val"].pk,
            TREES: self.trees["Cedre-Meudon"].pk,
            DRAFT: self.draft,
            ARCHIVED: self.archived,
        }
        return {"slug": slug, "pk": first[slug], "photo": self.photos["Jeux-Val"].pk}


def build_world() -> World:
    """Create everything on a published catalogue."""
    Layer.objects.filter(slug=PLAYGROUNDS).update(visibility="internal")
    Layer.objects.filter(slug=DRAFT).update(state="draft")
    Layer.objects.filter(slug=ARCHIVED).update(state="archived")
    _give_rights()
    playgrounds = {
        "Jeux-Val": _playground("Jeux-Val", MEUDON),
        "Jeux-Bruyeres": _playground("Jeux-Bruyeres", MEUDON),
        "Jeux-Pont": _playground("Jeux-Pont", BOULOGNE),
    }
    return World(
        playgrounds=playgrounds,
        photos={
            name: factories.photo(playgrounds[name], f"Vue-{name}") for name in ("Jeux-Val", "Jeux-Pont")
        },
        trees={
            name: factories.tree(name, at=at, etat_sanitaire="dangereux", matricule=f"{MATRICULE}-{at}")
            for name, at in {"Cedre-Meudon": MEUDON, "Platane-Boulogne": BOULOGNE}.items()
        },
        zones={
            "UMeudon": factories.zone("UMeudon", geom=box(2.205, 48.805, 2.215, 48.815)),
            "UFrontiere": factories.zone("UFrontiere", geom=box(2.215, 48.805, 2.235, 48.815)),
            "USevres": factories.zone("USevres", geom=box(*_inside(SQUARES[SEVRES]))),
        },
        draft=factories.prescription_surf("Prescription-Brouillon").pk,
        archived=factories.prescription_pct("Prescription-Archivee").pk,
    )


def grant(person: Person, slug: str, **values: Any) -> Grant:
    """Give a right to the first group of a person."""
    group = Group.objects.get_or_create(name=person.groups[0])[0]
    return Grant.objects.create(group=group, layer=Layer.objects.get(slug=slug), **values)


def protect(slug: str, name: str, *readers: Person) -> ProtectedField:
    """Protect a field or a relation; the first groups of these people read it."""
    entry = ProtectedField.objects.create(layer=Layer.objects.get(slug=slug), name=name)
    entry.groups.set(Group.objects.get_or_create(name=person.groups[0])[0] for person in readers)
    return entry


def _give_rights() -> None:
    day = dt.timedelta(days=1)
    grant(PLANNER, PLAYGROUNDS)
    grant(GARDENER, PLAYGROUNDS)
    grant(TOWN_AGENT, PLAYGROUNDS, rows=f"commune = '{MEUDON}'")
    grant(PARTNER, PLAYGROUNDS, valid_until=timezone.now() - day)
    grant(NEWCOMER, PLAYGROUNDS, valid_from=timezone.now() + day)
    protect(PLAYGROUNDS, "inspections", GARDENER)
    protect(TREES, "etat_sanitaire", GARDENER)
    protect(TREES, "matricule", GARDENER)


def _playground(nom: str, at: str) -> Playground:
    found = factories.playground(nom, at=at)
    Equipment.objects.create(playground=found, type="toboggan", modele=f"Modele-{nom}")
    Inspection.objects.create(
        playground=found,
        type="annuel",
        resultat="conforme",
        date=dt.date(2026, 3, 1),
        observations=OBSERVATION,
    )
    Intervention.objects.create(
        playground=found, date=dt.date(2026, 4, 1), nature="reparation", cout_eur="120.50"
    )
    return found


def _inside(square: tuple[float, float, float, float]) -> tuple[float, float, float, float]:
    west, south, east, north = square
    return west + 0.005, south + 0.005, east - 0.005, north - 0.005
