"""Rows of an IRVE file to stations and charge points: who is the same as whom, and which of two rows is right.

A station is known by ``id_station_itinerance``; outside roaming (« Non concerné ») by ``id_station_local`` and its
position together, since a local identifier is unique for its producer only. A charge point likewise, by
``id_pdc_itinerance``, or by its station and ``id_pdc_local``.

Of two rows of one charge point the most recent ``date_maj`` wins, then the last line. Of rows of one station that
disagree about it, the most recent wins, then the first line. Whatever gives way is told.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from amenities.parsing.irve import POINT_COLUMNS, STATION_COLUMNS, Row, RowProblem
from amenities.vocabulary import NON_CONCERNE

Key = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class PointDraft:
    """Values of a charge point, and the key of its station."""

    station: Key
    values: Mapping[str, Any]


@dataclass(slots=True)
class Arrangement:
    """Stations and points to write, by key; rows refused; values that gave way to those of another row."""

    stations: dict[Key, dict[str, Any]] = field(default_factory=dict)
    points: dict[Key, PointDraft] = field(default_factory=dict)
    rejected: list[RowProblem] = field(default_factory=list)
    set_aside: list[RowProblem] = field(default_factory=list)


def station_key(values: Mapping[str, Any]) -> Key:
    """Return what identifies the station of a row; ``coordonneesXY`` is a (longitude, latitude) pair."""
    if values["id_station_itinerance"] != NON_CONCERNE:
        return (values["id_station_itinerance"],)
    return (NON_CONCERNE, values.get("id_station_local", ""), values["coordonneesXY"])


def point_key(values: Mapping[str, Any], station: Key) -> Key:
    """Return what identifies a charge point of ``station``."""
    if values["id_pdc_itinerance"] != NON_CONCERNE:
        return (values["id_pdc_itinerance"],)
    return (NON_CONCERNE, station, values.get("id_pdc_local", ""))


def arranged(rows: Iterable[Row]) -> Arrangement:
    """Gather rows into stations and charge points, in the order of the file."""
    found = Arrangement()
    kept = _one_row_a_point(rows, found)
    by_station: dict[Key, list[Row]] = {}
    for key, row in kept.items():
        station = station_key(row.values)
        by_station.setdefault(station, []).append(row)
        found.points[key] = PointDraft(
            station, {name: row.values[name] for name in POINT_COLUMNS if name in row.values}
        )
    for station, members in by_station.items():
        found.stations[station] = _station(members, found)
    return found


def _some(row: Row, columns: Iterable[str]) -> dict[str, Any]:
    return {name: row.values[name] for name in columns if name in row.values}


def _day(row: Row) -> dt.date:
    day: dt.date = row.values["date_maj"]  # type: ignore[assignment]  # a required column, read as a date
    return day


def _one_row_a_point(rows: Iterable[Row], found: Arrangement) -> dict[Key, Row]:
    kept: dict[Key, Row] = {}
    for row in rows:
        key = point_key(row.values, station_key(row.values))
        if key[0] == NON_CONCERNE and not key[-1]:
            reason = _("obligatoire quand id_pdc_itinerance vaut « Non concerné »")
            found.rejected.append(RowProblem(row.line, "id_pdc_local", "", reason))
            continue
        winner = row
        if key in kept:
            loser, winner = sorted((kept[key], row), key=lambda each: (_day(each), each.line))
            reason = _("même point de recharge que la ligne %d, qui est gardée") % winner.line
            found.rejected.append(RowProblem(loser.line, "id_pdc_itinerance", str(key[-1]), reason))
        kept[key] = winner
    return kept


def _station(members: list[Row], found: Arrangement) -> dict[str, Any]:
    """Return the values of a station, and tell which values of its other rows they replace, once each."""
    first = min(members, key=lambda row: (-_day(row).toordinal(), row.line))
    values = _some(first, STATION_COLUMNS)
    told: set[tuple[str, object]] = set()
    for row in members:
        for name, value in values.items():
            other = row.values[name]
            if other != value and (name, other) not in told:
                told.add((name, other))
                reason = _("la ligne %(line)d de la même station dit « %(value)s », qui est gardé")
                where = {"line": first.line, "value": quoted_value(value)}
                found.set_aside.append(RowProblem(row.line, name, quoted_value(other), reason % where))
    return values | {"date_maj": _day(first)}


def quoted_value(value: object) -> str:
    """Write a value as a file would."""
    if isinstance(value, bool):
        return str(value).lower()
    return str(list(value)) if isinstance(value, tuple) else str(value)[:100]
