"""The figures of zones in words: rows of the page, bars of the chart, columns of the files, and JSON."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from interface.wording import HARD_SPACE, area, number, percent
from layers.definitions import FieldType
from layers.queries import communes
from planning.statistics.parsing import Grouping, StatisticsQuery
from planning.statistics.queries import Figures, StatisticsLayers, ZoneStatistics
from planning.tables.definitions import Column, TableStatement, statement_of_rows
from plui.vocabulary import TypeZone

MAX_BARS = 20
_TYPES = dict(TypeZone.choices)
_KEY_TITLES = {
    "commune": gettext_lazy("Commune"),
    "typezone": gettext_lazy("Type de zone"),
    "libelle": gettext_lazy("Zone"),
}
_SHARE_TITLES = {
    True: gettext_lazy("Part de la commune (en pourcent)"),
    False: gettext_lazy("Part du territoire (en pourcent)"),
}
GROUPINGS = (
    (Grouping.TYPE, gettext_lazy("Type de zone")),
    (Grouping.LABEL, gettext_lazy("Libellé")),
    (Grouping.COMMUNE, gettext_lazy("Commune")),
    (Grouping.COMMUNE_TYPE, gettext_lazy("Commune et type")),
    (Grouping.COMMUNE_LABEL, gettext_lazy("Commune et libellé")),
)


@dataclass(frozen=True, slots=True)
class StatisticsRow:
    """A row of the page: words, and the width of its bar in a hundred."""

    title: str
    code: str
    zones: str
    area: str
    area_m2: str
    share: str
    built: str
    main_parcels: str
    parcels: str
    slivers: str
    width: str


@dataclass(frozen=True, slots=True)
class StatisticsPage:
    """The table and the chart; an empty reason is none."""

    rows: Sequence[StatisticsRow]
    total: StatisticsRow
    bars: Sequence[StatisticsRow]
    share_title: str
    built_absence: str
    is_without_buildings: bool
    parcel_absence: str


def statistics_page(
    statistics: ZoneStatistics, layers: StatisticsLayers, query: StatisticsQuery
) -> StatisticsPage:
    """Return the figures in words."""
    names = {each.code: each.nom for each in communes()}
    largest = max((each.area_m2 for each in statistics.groups), default=0.0)
    rows = [_row(statistics, each, query, names, largest) for each in statistics.groups]
    bars = sorted(
        zip(rows, statistics.groups, strict=True), key=lambda pair: (-pair[1].area_m2, pair[1].keys)
    )
    too_long = _("trop long à compter : choisissez une commune") if statistics.is_long else ""
    return StatisticsPage(
        rows,
        _row(statistics, statistics.total, query, names, largest),
        [row for row, _figures in bars[:MAX_BARS]],
        _("Part de la commune") if query.is_of_communes else _("Part du territoire"),
        "" if statistics.has_buildings else too_long if layers.buildings else _("bâti non chargé"),
        not layers.buildings,
        "" if statistics.has_parcels else too_long if layers.parcels else _("parcelles non chargées"),
    )


def _row(
    statistics: ZoneStatistics,
    figures: Figures,
    query: StatisticsQuery,
    names: dict[str, str],
    largest: float,
) -> StatisticsRow:
    share = statistics.share(figures, of_commune=query.grouping.has_communes)
    built = figures.built_m2 / figures.area_m2 if figures.built_m2 is not None and figures.area_m2 else None
    return StatisticsRow(
        title=_title(figures, query, names),
        code=figures.keys[-1] if figures.keys and query.grouping.keys[-1] == "typezone" else "",
        zones=number(figures.zones),
        area=area(figures.area_m2),
        area_m2=f"{number(round(figures.area_m2))}{HARD_SPACE}m²",
        share=percent(share),
        built=percent(built),
        main_parcels=_count(figures.main_parcels),
        parcels=_count(figures.parcels),
        slivers=_count(figures.slivers),
        width=f"{min(100 * figures.area_m2 / largest, 100):.1f}" if largest else "0",
    )


def _title(figures: Figures, query: StatisticsQuery, names: dict[str, str]) -> str:
    if not figures.keys:
        return _("Ensemble")
    values = dict(zip(query.grouping.keys, figures.keys, strict=True))
    words = []
    if "commune" in values:
        words.append(names.get(values["commune"], values["commune"]))
    if "libelle" in values:
        words.append(values["libelle"])
    elif "typezone" in values:
        words.append(str(_TYPES.get(values["typezone"], values["typezone"])))
    return ", ".join(words)


def _count(count: int | None) -> str:
    return "" if count is None else number(count)


def statistics_statement(statistics: ZoneStatistics, query: StatisticsQuery) -> TableStatement:
    """Return the table of the files: the groups, then all of them together."""
    names = {each.code: each.nom for each in communes()}
    keys = [Column(name, _KEY_TITLES[name]) for name in query.grouping.keys]
    columns = (
        *keys,
        Column("zones", gettext_lazy("Zones"), FieldType.INTEGER),
        Column("area_ha", gettext_lazy("Surface (ha)"), FieldType.NUMBER, 4),
        Column("area_m2", gettext_lazy("Surface (m²)"), FieldType.NUMBER, 0),
        Column(
            "share",
            _SHARE_TITLES[query.is_of_communes],
            FieldType.NUMBER,
            2,
        ),
        Column("built_share", gettext_lazy("Part bâtie (en pourcent)"), FieldType.NUMBER, 2),
        Column("main_parcels", gettext_lazy("Parcelles, par leur plus grande part"), FieldType.INTEGER),
        Column("parcels", gettext_lazy("Parcelles touchées"), FieldType.INTEGER),
        Column("slivers", gettext_lazy("Parcelles en écart de dessin"), FieldType.INTEGER),
    )
    return statement_of_rows(columns, _lines(statistics, query, names))


def _lines(
    statistics: ZoneStatistics, query: StatisticsQuery, names: dict[str, str]
) -> Iterator[Sequence[Any]]:
    for figures in (*statistics.groups, statistics.total):
        keys: list[str] = [
            names.get(value, value) if key == "commune" else value
            for key, value in zip(query.grouping.keys, figures.keys, strict=False)
        ] or [_("Ensemble"), *[""] * (len(query.grouping.keys) - 1)]
        share = statistics.share(figures, of_commune=query.grouping.has_communes)
        built = figures.built_m2
        yield (
            *keys,
            figures.zones,
            figures.area_m2 / 10_000,
            figures.area_m2,
            None if share is None else 100 * share,
            100 * built / figures.area_m2 if built is not None and figures.area_m2 else None,
            figures.main_parcels,
            figures.parcels,
            figures.slivers,
        )


def statistics_document(statistics: ZoneStatistics, query: StatisticsQuery) -> dict[str, Any]:
    """Return the figures as JSON: areas in m², shares from 0 to 1, None where nothing was counted."""
    return {
        "by": query.grouping.value,
        "commune": query.commune or None,
        "groups": [_figures(statistics, each, query) for each in statistics.groups],
        "total": _figures(statistics, statistics.total, query),
        "hasBuildings": statistics.has_buildings,
        "hasParcels": statistics.has_parcels,
        "isTooLong": statistics.is_long,
    }


def _figures(statistics: ZoneStatistics, figures: Figures, query: StatisticsQuery) -> dict[str, Any]:
    share = statistics.share(figures, of_commune=query.grouping.has_communes)
    built = figures.built_m2
    return {
        **dict(zip(query.grouping.keys, figures.keys, strict=False)),
        "zones": figures.zones,
        "area_m2": round(figures.area_m2, 2),
        "share": None if share is None else round(share, 6),
        "builtShare": round(built / figures.area_m2, 6) if built is not None and figures.area_m2 else None,
        "mainParcels": figures.main_parcels,
        "parcels": figures.parcels,
        "sliverParcels": figures.slivers,
    }
