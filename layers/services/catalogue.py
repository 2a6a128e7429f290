"""Writes of the catalogue: its rows are published by code, and features placed in their communes again."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.core.exceptions import FieldDoesNotExist
from django.db import transaction
from django.db.models import F

from layers import registry
from layers.access import every_row
from layers.definitions import LayerDefinition
from layers.models import Layer, Theme
from layers.vocabulary import Visibility


@dataclass(frozen=True, slots=True)
class ThemeEntry:
    """A theme the code publishes under; ``token`` and ``icon`` name a design token and a pictogram."""

    slug: str
    title: str
    token: str
    icon: str
    rank: int


@transaction.atomic
def publish_layers(*, themes: Iterable[ThemeEntry], definitions: Iterable[LayerDefinition]) -> list[str]:
    """Create the missing themes and catalogue rows; return the slugs created.

    Rows that exist are left as an administrator edited them.
    """
    by_slug = {
        entry.slug: Theme.objects.get_or_create(
            slug=entry.slug,
            defaults={"title": entry.title, "token": entry.token, "icon": entry.icon, "rank": entry.rank},
        )[0]
        for entry in themes
    }
    created = []
    for definition in definitions:
        metadata = definition.metadata
        _layer, is_new = Layer.objects.get_or_create(
            slug=definition.slug,
            defaults={
                "title": str(definition.title),
                "abstract": str(metadata.abstract),
                "theme": by_slug[metadata.theme],
                "keywords": list(metadata.keywords),
                "licence": metadata.licence,
                "frequency": metadata.frequency,
                "source": str(metadata.source),
                "is_sample": metadata.is_sample,
                "visibility": Visibility.OPEN if metadata.is_open else Visibility.INTERNAL,
            },
        )
        if is_new:
            created.append(definition.slug)
    return created


@transaction.atomic
def assign_communes() -> int:
    """Place the features of every layer in their commune again; return how many rows were read.

    The trigger of each table does the work, as on any write of a commune: from the geometry, or from what names it.
    """
    updated = 0
    for definition in registry.definitions():
        try:
            definition.model._meta.get_field("commune_id")
        except FieldDoesNotExist:
            continue
        updated += every_row(definition).update(commune_id=F("commune_id"))
    return updated
