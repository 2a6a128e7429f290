"""Import of charge points from an IRVE file: matched by identifier, compared, written in bulk, all or nothing.

A file is a source that may be partial: what it names is created or brought up to date, what it does not name is left
alone. What has not changed is not written, so that importing the same file twice leaves every cache valid.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from django.contrib.gis.geos import Point
from django.db import connection, models, transaction
from django.utils.translation import gettext as _

from amenities.models import ChargePoint, ChargingStation
from amenities.parsing.irve import POINT_COLUMNS, STATION_COLUMNS, RowProblem, read_table
from amenities.parsing.stations import Key, PointDraft, arranged, point_key, station_key
from amenities.vocabulary import NON_CONCERNE

_BATCH = 500

Record = TypeVar("Record", bound=models.Model)


@dataclass(slots=True)
class Count:
    """How many records of a kind were created, updated, and found already up to date."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0


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
    def is_kept(self) -> bool:
        """Whether at least one row made it."""
        return bool(self.points.created or self.points.updated or self.points.unchanged)


def import_irve(*, content: bytes, is_dry_run: bool = False) -> ImportReport:
    """Import an IRVE static file (schema 2.3.1) in one transaction; a dry run writes nothing that stays.

    Rows that cannot be kept are in the report; when none can, the report has no station.

    Raises:
        UnreadableStationFile: nothing can be read from the file as a whole.
    """
    table = read_table(content)
    found = arranged(table.rows)
    report = ImportReport(
        rows=len(table.rows) + len({problem.line for problem in table.problems}),
        rejected=sorted([*table.problems, *found.rejected], key=lambda problem: problem.line),
        set_aside=sorted(found.set_aside, key=lambda problem: problem.line),
        notices=table.notices,
        is_dry_run=is_dry_run,
    )
    with transaction.atomic():
        with connection.cursor() as cursor:
            # Readers go on; two imports at once would create the same station twice.
            cursor.execute(
                f"LOCK TABLE {connection.ops.quote_name(ChargingStation._meta.db_table)} IN SHARE ROW EXCLUSIVE MODE"
            )
        stations = _write_stations(found.stations, table.columns, report.stations)
        _write_points(found.points, stations, table.columns, report.points)
        _tell_outside(stations, report)
        transaction.set_rollback(is_dry_run)
    return report


def _write_stations(
    drafts: Mapping[Key, Mapping[str, Any]], columns: frozenset[str], count: Count
) -> dict[Key, ChargingStation]:
    known: dict[Key, ChargingStation] = {}
    ids = [values["id_station_itinerance"] for values in drafts.values()]
    for station in ChargingStation.objects.filter(id_station_itinerance__in=ids).defer("geom_3857"):
        position = {"coordonneesXY": station.geom.coords}
        known[station_key(vars(station) | position)] = station
    wanted = {
        key: {name: value for name, value in values.items() if name != "coordonneesXY"}
        | {"geom": _point(values["coordonneesXY"])}
        for key, values in drafts.items()
    }
    names = (columns & STATION_COLUMNS.keys()) - {"coordonneesXY"} | {"geom", "date_maj"}
    return _write(ChargingStation, wanted, known, names, count, touched=("updated_at",))


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
    known = {
        point_key(vars(point), of_station.get(point.station_id, ())): point
        for point in ChargePoint.objects.filter(models.Q(id_pdc_itinerance__in=ids) | local).select_related(
            "station"
        )
    }
    wanted = {key: {**draft.values, "station": stations[draft.station]} for key, draft in drafts.items()}
    names = columns & POINT_COLUMNS.keys() | {"station"}
    _write(ChargePoint, wanted, known, names, count)


def _write(
    model: type[Record],
    wanted: Mapping[Key, Mapping[str, Any]],
    known: Mapping[Key, Record],
    names: frozenset[str],
    count: Count,
    touched: tuple[str, ...] = (),
) -> dict[Key, Record]:
    """Create what is not known, rewrite what differs in one of ``names``, and return every record by key."""
    written: dict[Key, Record] = {}
    new: list[Record] = []
    changed: list[Record] = []
    for key, values in wanted.items():
        record = known.get(key)
        if record is None:
            record = model(**values)
            new.append(record)
        elif any(getattr(record, name) != values[name] for name in names):
            for name in names:
                setattr(record, name, values[name])
            changed.append(record)
        written[key] = record
    model._default_manager.bulk_create(new, batch_size=_BATCH)
    # Far faster than an UPDATE with a CASE for each value; every row conflicts on its primary key.
    model._default_manager.bulk_create(
        changed,
        batch_size=_BATCH,
        update_conflicts=True,
        unique_fields=["id"],
        update_fields=[*names, *touched],
    )
    count.created, count.updated = len(new), len(changed)
    count.unchanged = len(wanted) - len(new) - len(changed)
    return written


def _tell_outside(stations: Mapping[Key, ChargingStation], report: ImportReport) -> None:
    """Say how many stations lie in no commune of the territory: kept, they are on no commune's portal."""
    pks = [station.pk for station in stations.values()]
    outside = ChargingStation.objects.filter(pk__in=pks, commune__isnull=True).count()
    if outside:
        report.notices.append(_("Stations hors des communes du territoire, importées aussi : %d.") % outside)
