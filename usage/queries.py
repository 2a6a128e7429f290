"""Counts of uses of a layer, for its producer."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet, Sum
from django.db.models.functions import TruncMonth

from layers import access
from layers.errors import UnknownLayer
from layers.models import Layer
from layers.visitor import Visitor
from usage.vocabulary import CONTENTS, USES, ContentKind, UseKind

# What is added up: who may not read one of them reads none of the sums.
_QUERY = {"jour", "nature", "couche", "format", "nombre"}
_NATURES = (UseKind.CONSULTATION, UseKind.DOWNLOAD, UseKind.CALL)


@dataclass(frozen=True, slots=True)
class UseTotals:
    """How much of each use there was."""

    consultations: int = 0
    downloads: int = 0
    calls: int = 0


def own_layer(visitor: Visitor, slug: str) -> Layer:
    """Return a layer of a visitor's own.

    Raises:
        UnknownLayer: there is no such layer, or it is somebody else's.
    """
    layer = access.own_layers(visitor).filter(slug=slug).first()
    if layer is None:
        raise UnknownLayer(slug)
    return layer


def uses(visitor: Visitor, slugs: Iterable[str], *, since: dt.date) -> QuerySet[Any]:
    """Select the counts of layers of a visitor's own, on the portal that they are on; of others, there are none.

    Raises:
        UnknownLayer: the visitor has no layer of their own, or the layer of counts is not published.
    """
    rows = access.scope_of_own(visitor, USES)
    if _QUERY - rows.readable_names:
        raise UnknownLayer(USES)
    return rows.queryset.filter(couche__in=list(slugs), jour__gte=since)


def most_opened_dashboards(visitor: Visitor, slugs: Iterable[str]) -> list[str]:
    """Return dashboards by their openings in thirty days, most first; nothing to who does not read these counts."""
    try:
        scope = access.scope(visitor, CONTENTS)
    except UnknownLayer:
        return []
    if {"nature", "identifiant", "ouvertures_30_jours"} - scope.readable_names:
        return []
    rows = scope.queryset.filter(nature=ContentKind.DASHBOARD, identifiant__in=list(slugs))
    return list(rows.order_by("-ouvertures_30_jours", "titre").values_list("identifiant", flat=True))


def by_day(rows: QuerySet[Any]) -> dict[dt.date, UseTotals]:
    """Return the uses of each day that has some."""
    return {
        row.pop("jour"): UseTotals(**row)
        for row in rows.values("jour").order_by("jour").annotate(**_totals())
    }


def by_month(rows: QuerySet[Any]) -> list[tuple[dt.date, UseTotals]]:
    """Return the uses of each month that has some, the last first."""
    months = rows.annotate(mois=TruncMonth("jour")).values("mois").order_by("-mois").annotate(**_totals())
    return [(row.pop("mois"), UseTotals(**row)) for row in months]


def by_layer(rows: QuerySet[Any]) -> dict[str, UseTotals]:
    """Return the uses of each layer that has some."""
    return {
        row.pop("couche"): UseTotals(**row)
        for row in rows.values("couche").order_by("couche").annotate(**_totals())
    }


def by_format(rows: QuerySet[Any]) -> list[tuple[str, int]]:
    """Return the downloads of each format, the most frequent first."""
    files = rows.filter(nature=UseKind.DOWNLOAD).values("format").annotate(total=Sum("nombre"))
    return [(row["format"], row["total"]) for row in files.order_by("-total", "format")]


def _totals() -> dict[str, Sum]:
    names = ("consultations", "downloads", "calls")
    return {
        name: Sum("nombre", filter=Q(nature=nature), default=0)
        for name, nature in zip(names, _NATURES, strict=True)
    }
