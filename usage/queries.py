"""Counts of uses of layers: for who produces them, and for everybody where a layer shows its use."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, fields
from typing import Any

from django.db.models import Q, QuerySet, Sum
from django.db.models.functions import TruncMonth

from layers import access
from layers.errors import UnknownLayer
from layers.models import Layer
from layers.visitor import Visitor
from usage.vocabulary import CONTENTS, USES, ContentKind, UseKind, UseOrigin

# What is added up: who may not read one of them reads none of the sums.
_QUERY = {"jour", "nature", "couche", "format", "origine", "nombre"}
_NATURES = {
    "consultations": UseKind.CONSULTATION,
    "downloads": UseKind.DOWNLOAD,
    "calls": UseKind.CALL,
    "harvests": UseKind.HARVEST,
}


@dataclass(frozen=True, slots=True)
class UseTotals:
    """How much of each use there was."""

    consultations: int = 0
    downloads: int = 0
    calls: int = 0
    harvests: int = 0

    def __add__(self, other: UseTotals) -> UseTotals:
        return UseTotals(
            **{each.name: getattr(self, each.name) + getattr(other, each.name) for each in fields(self)}
        )


@dataclass(frozen=True, slots=True)
class MonthlyCount:
    """A line of the file of uses; ``origin`` is empty where it is not shown."""

    month: dt.date
    kind: str
    form: str
    origin: str
    count: int


@dataclass(frozen=True, slots=True)
class UsedLayer:
    """A layer whose use a visitor reads: ``is_own`` tells its producers from those to whom it shows its use.

    ``may_open``: the visitor decides whether it does.
    """

    layer: Layer
    is_own: bool
    may_open: bool


def used_layer(visitor: Visitor, slug: str) -> UsedLayer:
    """Return a layer whose use a visitor reads.

    Raises:
        UnknownLayer: there is no such layer, or its use is not theirs to read.
    """
    access.scope_of_use(visitor, USES, slug)
    layer = Layer.objects.get(slug=slug)
    rights = access.rights(visitor, layer)
    return UsedLayer(
        layer,
        is_own=access.own_layers(visitor).filter(pk=layer.pk).exists(),
        may_open=visitor.may_write and (visitor.is_administrator or rights.is_feeder),
    )


def uses(visitor: Visitor, slugs: Iterable[str], *, since: dt.date) -> QuerySet[Any]:
    """Select the counts of layers of a visitor's own, on the portal that they are on; of others, there are none.

    Raises:
        UnknownLayer: the visitor has no layer of their own, or the layer of counts is not published.
    """
    rows = access.scope_of_own(visitor, USES)
    return _readable(rows).filter(couche__in=list(slugs), jour__gte=since)


def uses_of(visitor: Visitor, slug: str, *, since: dt.date, last: dt.date) -> QuerySet[Any]:
    """Select the counts of a layer whose use the visitor reads, from ``since`` to ``last``, both included.

    Raises:
        UnknownLayer: there is no such layer, or its use is not theirs to read.
    """
    rows = access.scope_of_use(visitor, USES, slug)
    return _readable(rows).filter(couche=slug, jour__gte=since, jour__lte=last)


def _readable(rows: access.Scope) -> QuerySet[Any]:
    if _QUERY - rows.readable_names:
        raise UnknownLayer(USES)
    return rows.queryset


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


def by_month(rows: QuerySet[Any]) -> dict[dt.date, UseTotals]:
    """Return the uses of each month that has some, by its first day."""
    months = rows.annotate(mois=TruncMonth("jour")).values("mois").order_by("mois").annotate(**_totals())
    return {row.pop("mois"): UseTotals(**row) for row in months}


def by_layer(rows: QuerySet[Any]) -> dict[str, UseTotals]:
    """Return the uses of each layer that has some."""
    return {
        row.pop("couche"): UseTotals(**row)
        for row in rows.values("couche").order_by("couche").annotate(**_totals())
    }


def by_origin(rows: QuerySet[Any]) -> dict[str, UseTotals]:
    """Return the uses by the public, and those by who was signed in; zero of who made none."""
    counted = {
        row.pop("origine"): UseTotals(**row)
        for row in rows.values("origine").order_by("origine").annotate(**_totals())
    }
    return {origin.value: counted.get(origin.value, UseTotals()) for origin in UseOrigin}


def by_format(rows: QuerySet[Any]) -> list[tuple[str, int]]:
    """Return the downloads of each format, the most frequent first."""
    files = rows.filter(nature=UseKind.DOWNLOAD).values("format").annotate(total=Sum("nombre"))
    return [(row["format"], row["total"]) for row in files.order_by("-total", "format")]


def monthly_counts(rows: QuerySet[Any], *, has_origin: bool) -> list[MonthlyCount]:
    """Return the counts by month, kind and format, the last month first; by origin too where it is shown."""
    names = ["mois", "nature", "format", *(["origine"] if has_origin else [])]
    counted = rows.annotate(mois=TruncMonth("jour")).values(*names).annotate(total=Sum("nombre"))
    return [
        MonthlyCount(row["mois"], row["nature"], row["format"], row.get("origine", ""), row["total"])
        for row in counted.order_by("-mois", *names[1:])
    ]


def _totals() -> dict[str, Sum]:
    return {name: Sum("nombre", filter=Q(nature=nature), default=0) for name, nature in _NATURES.items()}
