"""A moderated layer that is open: road works that people of the world of the access tests declare and approve.

TOWN_AGENT and PARTNER add and change works; PLANNER approves all of them, GARDENER those of Boulogne.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

from django.contrib.gis.geos import LineString, MultiLineString
from django.utils import timezone
from pytest_django import Settings

from gisportal.catalogue import THEMES
from layers.access import Scope, scope
from layers.models import Commune, Layer
from layers.parsing.feature import FeatureInput
from layers.registry import CodedProvider
from layers.services.catalogue import publish_layers
from layers.services.features import create_feature
from moderation.models import ModeratedRow
from roadworks.catalogue import ROAD_WORKS
from roadworks.models import RoadWorks
from tests.factories import BOULOGNE, MEUDON, MIDDLES
from tests.people import GARDENER, PARTNER, PLANNER, TOWN_AGENT, Person
from tests.world import grant

WORKS = "chantiers-moderes"
_FIELDS = tuple(
    replace(each, is_protected=False) if each.name == "etat" else each for each in ROAD_WORKS.fields
)
PROVIDER = CodedProvider([replace(ROAD_WORKS, slug=WORKS, fields=_FIELDS, relations=())])


def open_works(communes: dict[str, Commune], settings: Settings) -> None:
    """Publish the layer, without rows, and give the rights on it."""
    settings.LAYER_PROVIDERS = [*settings.LAYER_PROVIDERS, f"{__name__}.PROVIDER"]
    publish_layers(themes=THEMES, definitions=PROVIDER.all())
    grant(TOWN_AGENT, WORKS, can_add=True, can_change=True)
    grant(PARTNER, WORKS, can_add=True, can_change=True)
    grant(PLANNER, WORKS, can_add=True, can_change=True, can_approve=True)
    grant(GARDENER, WORKS, rows=f"commune = '{BOULOGNE}'", can_change=True, can_approve=True)


def works(objet: str, *, etat: str = "published", author: Person | None = None, **values: Any) -> RoadWorks:
    """Create a site in a state, as loaded by a program; in Meudon unless ``at`` names another commune."""
    at = values.pop("at", MEUDON)
    day = dt.date(2027, 3, 1)
    neutral = {
        "identifiant": objet[:40],
        "nature": "Chaussée",
        "maitre_ouvrage": "Ville",
        "date_debut": day,
        "date_fin": day + dt.timedelta(days=9),
    }
    author_id = author.account().pk if author else None
    site = RoadWorks.objects.create(
        objet=objet, etat=etat, auteur_id=author_id, geom=trace(at), **neutral | values
    )
    ModeratedRow.objects.create(
        layer=Layer.objects.get(slug=WORKS),
        row=site.pk,
        author_id=author_id,
        state=etat,
        since=timezone.now(),
    )
    return site


def trace(at: str = MEUDON) -> MultiLineString:
    """Return a line in the middle of a commune, EPSG:4326."""
    x, y = MIDDLES[at]
    return MultiLineString(LineString((x, y), (x + 0.002, y)), srid=4326)


def declared(person: Person, objet: str, *, at: str = MEUDON, **values: Any) -> int:
    """Create a site as a person does by any protocol; return its id."""
    draft = FeatureInput(
        values={
            "identifiant": objet[:40],
            "objet": objet,
            "nature": "Chaussée",
            "maitre_ouvrage": "Ville",
            "date_debut": dt.date(2027, 3, 1),
            "date_fin": dt.date(2027, 3, 10),
        }
        | values,
        geometry=trace(at),
    )
    return create_feature(scope=works_scope(person), draft=draft).pk


def works_scope(person: Person) -> Scope:
    """Return what a person may know of the layer now."""
    return scope(person.visitor(), WORKS)
