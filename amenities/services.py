"""Import of charge points from an IRVE file: matched by identifier, compared, written in bulk, all or nothing.

A file is a source that may be partial: what it names is created or brought up to date, what it does not name is left
alone. What has not changed is not written, so that importing the same file twice leaves every cache valid.

A station is known by ``id_station_itinerance``; outside roaming (« Non concerné ») by ``id_station_local`` and its
position together, since a local identifier is unique for its producer only. A charge point likewise, by
``id_pdc_itinerance``, or by its station and ``id_pdc_local``. Of two rows of one charge point the most recent
``date_maj`` wins, then the last line. Of rows of one station that disagree about it, the most recent wins, then the
first line. Whatever gives way is reported.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.contrib.gis.geos import Point
from django.db import models, transaction
from django.utils.translation import gettext as _

from amenities.models import ChargePoint, ChargingStation
from amenities.parsing.irve import POINT_COLUMNS, STATION_COLUMNS, read_table
from amenities.vocabulary import NON_CONCERNE
from layers.parsing.official_files import Row, RowProblem
from layers.services.keyed_records import Count, Key, locked_for_load, write_records


@dataclass(slots=True)
class ImportReport:
    """What an import did. ``rejected`` rows are not in the base; ``set_aside`` values gave way to others."""

    rows: int = 0
    stations: Count = field(default_factory=Count)
    points: Count = field(default_factory=Count)
    rejected: list[RowProblem] = field(default_factory=list)
    set_aside: list[RowProblem] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)
    is_dry_run: bool = False

    @property
    def has_rows(self) -> bool:
        """Whether at least one row made it."""
        return bool(self.points.created or self.points.updated or self.points.unchanged)


def import_irve(*, content: bytes, is_dry_run: bool = False) -> ImportReport:
    """Import an IRVE static file (schema 2.3.1) in one transaction; a dry run writes nothing that stays.

    Rows that cannot be kept are in the report; when none can, the report has no station.

    Raises:
        UnreadableStationFile: nothing can be read from the file as a whole.
    """
    table = read_table(content)
    arrangement = arranged(table.rows)
    report = ImportReport(
        rows=len(table.rows) + len({problem.line for problem in table.problems}),
        rejected=sorted([*table.problems, *arrangement.rejected], key=lambda problem: problem.line),
        set_aside=sorted(arrangement.set_aside, key=lambda problem: problem.line),
        notices=table.notices,
        is_dry_run=is_dry_run,
    )
    with transaction.atomic():
        locked_for_load(ChargingStation)
        stations = _write_stations(arrangement.stations, table.columns, report.stations)
        _write_points(arrangement.points, stations, table.columns, report.points)
        _tell_outside(stations, report)
        transaction.set_rollback(is_dry_run)
    return report


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
    arrangement = Arrangement()
    winners = _one_row_a_point(rows, arrangement)
    by_station: dict[Key, list[Row]] = {}
    for key, row in winners.items():
        station = station_key(row.values)
        by_station.setdefault(station, []).append(row)
        arrangement.points[key] = PointDraft(
            station, {name: row.values[name] for name in POINT_COLUMNS if name in row.values}
        )
    for station, members in by_station.items():
        arrangement.stations[station] = _station(members, arrangement)
    return arrangement


def _some(row: Row, columns: Iterable[str]) -> dict[str, Any]:
    return {name: row.values[name] for name in columns if name in row.values}


def _day(row: Row) -> dt.date:
    day: dt.date = row.values["date_maj"]  # type: ignore[assignment]  # a required column, read as a date
    return day


def _one_row_a_point(rows: Iterable[Row], arrangement: Arrangement) -> dict[Key, Row]:
    winners: dict[Key, Row] = {}
    for row in rows:
        key = point_key(row.values, station_key(row.values))
        if key[0] == NON_CONCERNE and not key[-1]:
            reason = _("obligatoire quand id_pdc_itinerance vaut « Non concerné »")
            arrangement.rejected.append(RowProblem(row.line, "id_pdc_local", "", reason))
            continue
        winner = row
        if key in winners:
            loser, winner = sorted((winners[key], row), key=lambda each: (_day(each), each.line))
            reason = _("même point de recharge que la ligne %d, qui est gardée") % winner.line
            arrangement.rejected.append(RowProblem(loser.line, "id_pdc_itinerance", str(key[-1]), reason))
        winners[key] = winner
    return winners


def _station(members: list[Row], arrangement: Arrangement) -> dict[str, Any]:
    """Return the values of a station, and tell which values of its other rows they replace, once each."""
    first = min(members, key=lambda row: (-_day(row).toordinal(), row.line))
    values = _some(first, STATION_COLUMNS)
    reported: set[tuple[str, object]] = set()
    for row in members:
        for name, value in values.items():
            other = row.values[name]
            if other != value and (name, other) not in reported:
                reported.add((name, other))
                reason = _("la ligne %(line)d de la même station dit « %(value)s », qui est gardé")
                where = {"line": first.line, "value": quoted_value(value)}
                arrangement.set_aside.append(RowProblem(row.line, name, quoted_value(other), reason % where))
    return values | {"date_maj": _day(first)}


def quoted_value(value: object) -> str:
    """Write a value as a file would."""
    if isinstance(value, bool):
        return str(value).lower()
    return str(list(value)) if isinstance(value, tuple) else str(value)[:100]


def _write_stations(
    drafts: Mapping[Key, Mapping[str, Any]], columns: frozenset[str], count: Count
) -> dict[Key, ChargingStation]:
    existing: dict[Key, ChargingStation] = {}
    ids = [values["id_station_itinerance"] for values in drafts.values()]
    for station in ChargingStation.objects.filter(id_station_itinerance__in=ids).defer("geom_3857"):
        position = {"coordonneesXY": station.geom.coords}
        existing[station_key(vars(station) | position)] = station
    values_by_key = {
        key: {name: value for name, value in values.items() if name != "coordonneesXY"}
        | {"geom": _point(values["coordonneesXY"])}
        for key, values in drafts.items()
    }
    names = (columns & STATION_COLUMNS.keys()) - {"coordonneesXY"} | {"geom", "date_maj"}
    return write_records(ChargingStation, values_by_key, existing, names, count, touched=("updated_at",))


def _point(position: tuple[float, float]) -> Point:
    x, y = position
    return Point(x, y, srid=4326)


def _write_points(
    drafts: Mapping[Key, PointDraft],
    stations: Mapping[Key, ChargingStation],
    columns: frozenset[str],
    count: Count,
) -> None:
    of_station = {station.pk: key for key, station in stations.items()}
    ids = {draft.values["id_pdc_itinerance"] for draft in drafts.values()} - {NON_CONCERNE}
    local = models.Q(id_pdc_itinerance=NON_CONCERNE, station__in=of_station)
    existing = {
        point_key(vars(point), of_station.get(point.station_id, ())): point
        for point in ChargePoint.objects.filter(models.Q(id_pdc_itinerance__in=ids) | local).select_related(
            "station"
        )
    }
    values_by_key = {
        key: {**draft.values, "station": stations[draft.station]} for key, draft in drafts.items()
    }
    names = columns & POINT_COLUMNS.keys() | {"station"}
    write_records(ChargePoint, values_by_key, existing, names, count)


def _tell_outside(stations: Mapping[Key, ChargingStation], report: ImportReport) -> None:
    """Say how many stations lie in no commune of the territory: kept, they are on no commune's portal."""
    pks = [station.pk for station in stations.values()]
    outside = ChargingStation.objects.filter(pk__in=pks, commune__isnull=True).count()
    if outside:
        report.notices.append(_("Stations hors des communes du territoire, importées aussi : %d.") % outside)
