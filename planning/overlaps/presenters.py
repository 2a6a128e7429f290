"""Superpositions in words: rows and totals of the page, columns of the files, JSON, and the way to the map."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from interface.titles import name_of
from interface.wording import area, distance, number, percent
from layers.access import Scope
from layers.definitions import Field, FieldType
from planning.overlaps.parsing import OverlapNames, OverlapQuery
from planning.overlaps.queries import (
    MAX_TOTALS,
    Measure,
    OverlapLayers,
    Pair,
    PairPage,
    Total,
    code_field,
    pair_statement,
    title_field,
)
from planning.tables.definitions import Column, TableStatement


@dataclass(frozen=True, slots=True)
class Side:
    """A feature of a pair: its title, the label of its code, its sheet."""

    title: str
    label: str
    address: str


@dataclass(frozen=True, slots=True)
class PairRow:
    """A pair in words; amounts are empty where nothing is measured."""

    feature: Side
    surface: Side
    shared: str
    share: str
    other_share: str


@dataclass(frozen=True, slots=True)
class TotalRow:
    """The surfaces of a title in words."""

    title: str
    label: str
    features: str
    shared: str
    share: str


@dataclass(frozen=True, slots=True)
class OverlapPage:
    """A page of pairs, and the totals; ``next`` is the address of the page that follows, empty at the end."""

    rows: Sequence[PairRow]
    totals: Sequence[TotalRow]
    has_more_totals: bool
    next: str
    has_areas: bool
    has_lengths: bool


def overlap_page(
    layers: OverlapLayers, query: OverlapQuery, names: OverlapNames, page: PairPage, totals: Sequence[Total]
) -> OverlapPage:
    """Return a superposition in words."""
    parameters = query.parameters(names) | {names.cursor: page.next}
    return OverlapPage(
        [_pair(layers, each) for each in page.pairs],
        [_total(layers, each) for each in totals[:MAX_TOTALS]],
        len(totals) > MAX_TOTALS,
        f"?{urlencode(parameters)}" if page.next else "",
        layers.measure is Measure.AREA,
        layers.measure is Measure.LENGTH,
    )


def _pair(layers: OverlapLayers, pair: Pair) -> PairRow:
    return PairRow(
        _side(layers.scope, pair.pk, pair.title, pair.code),
        _side(layers.other, pair.other_pk, pair.other_title, pair.other_code),
        _amount(layers, pair.shared),
        percent(pair.share),
        percent(pair.other_share),
    )


def _side(scope: Scope, pk: int, title: str, code: str) -> Side:
    name = name_of(scope, pk, title)
    label = _label(code_field(scope), code)
    return Side(name, "" if label == name else label, reverse("explorer:feature", args=[scope.slug, pk]))


def _label(field: Field | None, code: str) -> str:
    return str(field.label(code)) if field is not None and code else ""


def _amount(layers: OverlapLayers, shared: float | None) -> str:
    if shared is None:
        return ""
    return area(shared) if layers.measure is Measure.AREA else distance(shared)


def _total(layers: OverlapLayers, total: Total) -> TotalRow:
    field = title_field(layers.other)
    title = str(field.label(total.title)) if field is not None and total.title else _("sans titre")
    return TotalRow(
        title,
        _label(code_field(layers.other), total.code),
        number(total.features),
        _amount(layers, total.shared),
        percent(total.share),
    )


def map_address(query: OverlapQuery) -> str:
    """Return the address of the map with both layers on, the first narrowed to what overlaps the second."""
    layer, other = query.layer, query.other
    condition = f"{other}*" if query.other_filter_text else other
    values = [("couches", layer), ("couches", other), (f"{layer}.touching", condition)]
    if query.filter_text:
        values.append((f"{layer}.filter", query.filter_text))
    if query.other_filter_text:
        values.append((f"{other}.filter", query.other_filter_text))
    if query.commune:
        values.append(("commune", query.commune))
    return f"{reverse('explorer:map')}?{urlencode(values, safe='*')}"


def overlap_statement(
    layers: OverlapLayers, query: OverlapQuery, names: OverlapNames, *, has_geometry: bool = False
) -> TableStatement:
    """Return the table of the files: every pair in the order of ids; with ``has_geometry`` what each pair shares."""
    statement = pair_statement(layers, query, names, has_geometry=has_geometry)
    columns = _columns(layers)
    if statement is None:
        nothing = ", ".join(["NULL"] * (len(columns) + has_geometry))
        return TableStatement(columns, f"SELECT {nothing} WHERE false", (), has_geometry)
    places = ["c0", "coalesce(c1, '')", "c2", "c3", "coalesce(c4, '')", "c5"]
    if layers.measure is not Measure.NOTHING:
        places += ["c6", "100 * c7"]
    if layers.measure is Measure.AREA:
        places += ["100 * c8"]
    if has_geometry:
        places.append("c9")
    names_of_pairs = ", ".join(f"c{index}" for index in range(9 + has_geometry))
    sql = f"SELECT {', '.join(places)} FROM ({statement.sql}) AS pair({names_of_pairs}) ORDER BY c0, c3"  # noqa: S608 (names are ours, values bound)
    return TableStatement(columns, sql, statement.parameters, has_geometry)


def _columns(layers: OverlapLayers) -> tuple[Column, ...]:
    first, other = str(layers.scope.definition.singular), str(layers.other.definition.singular)
    columns = [
        Column("id", _("%s : identifiant") % first, FieldType.INTEGER),
        Column("title", first),
        Column("code", _("%s : code") % first),
        Column("with_id", _("%s : identifiant") % other, FieldType.INTEGER),
        Column("with_title", other),
        Column("with_code", _("%s : code") % other),
    ]
    if layers.measure is Measure.AREA:
        columns.append(Column("shared_m2", gettext_lazy("Surface commune (m²)"), FieldType.NUMBER, 2))
    if layers.measure is Measure.LENGTH:
        columns.append(Column("shared_m", gettext_lazy("Longueur commune (m)"), FieldType.NUMBER, 2))
    if layers.measure is not Measure.NOTHING:
        columns.append(Column("share_percent", _("Part de : %s (en pourcent)") % first, FieldType.NUMBER, 4))
    if layers.measure is Measure.AREA:
        columns.append(
            Column("with_share_percent", _("Part de : %s (en pourcent)") % other, FieldType.NUMBER, 4)
        )
    return tuple(columns)


def notice(layers: OverlapLayers, query: OverlapQuery) -> list[tuple[str, str]]:
    """Return what the workbook says of the table."""
    asked: Mapping[str, str] = {
        _("Couche"): str(layers.scope.layer.title),
        _("Superposée à"): str(layers.other.layer.title),
        _("Filtre"): query.filter_text,
        _("Filtre de l’autre couche"): query.other_filter_text,
        _("Commune"): query.commune or layers.scope.visitor.portal,
        _("Écarts de dessin"): _("compris") if query.has_slivers else _("à part : sous un centième et 1 m²"),
    }
    return [(title, text) for title, text in asked.items() if text]


def overlap_document(
    layers: OverlapLayers, query: OverlapQuery, page: PairPage, next_address: str
) -> dict[str, Any]:
    """Return a page of pairs as JSON: amounts in m² or m, shares from 0 to 1."""
    return {
        "layer": layers.scope.slug,
        "with": layers.other.slug,
        "measure": layers.measure.name.lower() if layers.measure is not Measure.NOTHING else None,
        "unit": {Measure.AREA: "m2", Measure.LENGTH: "m"}.get(layers.measure),
        "pairs": [
            {
                "id": pair.pk,
                "title": pair.title,
                "code": pair.code or None,
                "with": {"id": pair.other_pk, "title": pair.other_title, "code": pair.other_code or None},
                "shared": None if pair.shared is None else round(pair.shared, 2),
                "share": None if pair.share is None else round(pair.share, 6),
                "withShare": None if pair.other_share is None else round(pair.other_share, 6),
            }
            for pair in page.pairs
        ],
        "next": next_address or None,
    }
