"""Load of an official file: rows checked one by one, written by their key, all or nothing.

A file is whole for the communes that it names (of easements: the categories): what it does not have any more of these
is removed, what is of others stays. Rows outside the territory are left out, so that the file of a department can be
given. A row that cannot be read is reported, and what is stored under its key stays. A file that would remove more than
a fifth of the rows that it covers is refused unless that is accepted: it is more often cut than true.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.contrib.gis.geos import GEOSGeometry, Point
from django.db import models, transaction
from django.utils.translation import gettext as _

from layers.models import Commune, Feature
from layers.parsing.official_files import Row, RowProblem, read_row
from layers.services.keyed_records import Count, Key, locked_for_load, write_records
from reference_data.errors import TooManyRemovals, WrongLayout
from reference_data.models import Address, Easement, Parcel, RoadSection
from reference_data.parsing.ban import ADDRESSES
from reference_data.parsing.cadastre import PARCELS
from reference_data.parsing.layouts import Layout, SourceRows, Values
from reference_data.parsing.roads import ROADS
from reference_data.parsing.servitudes import PERIMETERS
from reference_data.sql import stored_shapes

REMOVED_SHARE = 0.2
"""Share of the stored rows of its communes that a file may leave out without a word."""

_SHAPES_AT_ONCE = 2_000
_MAX_NAMED = 5
_WGS84 = 4326


@dataclass(frozen=True, slots=True)
class ReferenceTable:
    """A table of reference data: the layout of its files, and the fields that hold the parts of a row."""

    layout: Layout
    model: type[Feature]
    parts: tuple[str, ...]

    @property
    def key(self) -> str:
        """The field that identifies a row."""
        return self.layout.field_of(self.layout.key)


ADDRESS_TABLE = ReferenceTable(ADDRESSES, Address, ("code_insee",))
PARCEL_TABLE = ReferenceTable(PARCELS, Parcel, ("code_insee",))
EASEMENT_TABLE = ReferenceTable(PERIMETERS, Easement, ("suptype",))
ROAD_TABLE = ReferenceTable(ROADS, RoadSection, ("insee_commune_gauche", "insee_commune_droite"))


@dataclass(slots=True)
class LoadReport:
    """What a load did: ``rejected`` rows are not as the file says, ``outside`` counts those of other territories."""

    rows: int = 0
    outside: int = 0
    count: Count = field(default_factory=Count)
    rejected: list[RowProblem] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)
    is_dry_run: bool = False


@dataclass(slots=True)
class _Reading:
    """Rows of a file that read, by key, with the parts of the file and the keys of refused rows."""

    rows: dict[str, tuple[int, dict[str, Any]]] = field(default_factory=dict)
    shapes: dict[str, bytes] = field(default_factory=dict)
    columns: frozenset[str] = frozenset()
    parts: set[str] = field(default_factory=set)
    territory: frozenset[str] = frozenset()
    refused: set[str] = field(default_factory=set)


def load_reference_file(
    *, table: ReferenceTable, source: SourceRows, is_dry_run: bool = False, accepts_removals: bool = False
) -> LoadReport:
    """Load a file in one transaction; a dry run writes nothing that stays.

    Raises:
        WrongLayout: columns of the layout are missing, or no row of the territory can be used.
        TooManyRemovals: the file lacks more than ``REMOVED_SHARE`` of the rows of its communes.
    """
    report = LoadReport(is_dry_run=is_dry_run)
    reading = _read(table.layout, source, report)
    with transaction.atomic():
        locked_for_load(table.model)
        _add_geometries(table.layout, reading, source.srid, report)
        report.rejected.sort(key=lambda problem: problem.line)
        if not reading.rows:
            raise WrongLayout(_nothing(report))
        _write(table, reading, report)
        _remove(table, reading, report, accepts_removals=accepts_removals)
        transaction.set_rollback(is_dry_run)
    return report


def _read(layout: Layout, source: SourceRows, report: LoadReport) -> _Reading:
    """Read every row of the file that is in the territory."""
    names = layout.names(source.titles, report.notices)
    codes = Commune.objects.values_list("code", flat=True) if layout.has_communes else ()
    territory = frozenset(codes)
    reading = _Reading(columns=frozenset(names) & frozenset(layout.columns), territory=territory)
    for line, texts, shape in source.rows:
        report.rows += 1
        values, problems = read_row(layout.columns, line, dict(zip(names, texts, strict=True)))
        key = str(values.get(layout.key, ""))
        if not problems and (fault := layout.check(values)):
            column, reason = fault
            problems = [RowProblem(line, column, str(values[column]), reason)]
        if problems:
            report.rejected += problems
            reading.refused.add(key)
            continue
        parts = layout.parts(values)
        if territory and not parts & territory:
            report.outside += 1
            continue
        reading.parts |= parts & territory if territory else parts
        _add(layout, reading, report, Row(line, values), shape)
    report.rejected += source.problems()
    report.notices += source.notices()
    return reading


def _add(layout: Layout, reading: _Reading, report: LoadReport, row: Row, shape: bytes | None) -> None:
    """Take a row, unless another has its key or it has no geometry."""
    key = str(row.values[layout.key])
    if key in reading.rows:
        reason = _("même identifiant que la ligne %d, qui est gardée") % reading.rows[key][0]
        report.rejected.append(RowProblem(row.line, layout.key, key, reason))
    elif layout.position is None and shape is None:
        report.rejected.append(RowProblem(row.line, "", "", _("géométrie absente")))
        reading.refused.add(key)
    else:
        fields = {layout.field_of(name): value for name, value in row.values.items() if name in layout.stored}
        reading.rows[key] = (row.line, fields)
        if layout.position is not None:
            x, y = (row.values[name] for name in layout.position)
            fields["geom"] = Point(x, y, srid=_WGS84)
        elif shape is not None:
            reading.shapes[key] = shape


def _add_geometries(layout: Layout, reading: _Reading, srid: int | None, report: LoadReport) -> None:
    """Give each row its geometry; a shape of another type, or one that is not valid, refuses the row."""
    keys = list(reading.shapes)
    for start in range(0, len(keys), _SHAPES_AT_ONCE):
        batch = keys[start : start + _SHAPES_AT_ONCE]
        shapes = stored_shapes([reading.shapes[key] for key in batch], srid or _WGS84)
        for key, (shape, fault) in zip(batch, shapes, strict=True):
            line, fields = reading.rows[key]
            geometry = None if fault == "" else GEOSGeometry(memoryview(shape))
            if fault is None and geometry is not None and geometry.geom_type == layout.geometry:
                fields["geom"] = geometry
                continue
            reason = _("géométrie non valide : %s") % fault if fault else _geometry_reason(layout, geometry)
            report.rejected.append(RowProblem(line, "", "", reason))
            reading.refused.add(key)
            del reading.rows[key]


def _geometry_reason(layout: Layout, geometry: GEOSGeometry | None) -> str:
    if geometry is None:
        return _("géométrie vide")
    types = {"expected": layout.geometry, "type": geometry.geom_type}
    return _("géométrie de type %(type)s au lieu de %(expected)s") % types


def _write(table: ReferenceTable, reading: _Reading, report: LoadReport) -> None:
    stored = table.model._default_manager.filter(**{f"{table.key}__in": [*reading.rows]}).defer("geom_3857")
    existing: dict[Key, Any] = {(getattr(record, table.key),): record for record in stored}
    values: Mapping[Key, Values] = {(key,): fields for key, (_line, fields) in reading.rows.items()}
    names = {table.layout.field_of(name) for name in reading.columns & table.layout.stored} | {"geom"}
    write_records(table.model, values, existing, frozenset(names), report.count, touched=("updated_at",))


def _remove(table: ReferenceTable, reading: _Reading, report: LoadReport, *, accepts_removals: bool) -> None:
    """Remove the rows of the communes of the file that it has no more; a row of two communes needs both.

    Raises:
        TooManyRemovals: they are many, and that was not accepted.
    """
    covered, elsewhere = models.Q(), models.Q()
    for name in table.parts:
        covered |= models.Q(**{f"{name}__in": reading.parts})
        elsewhere |= models.Q(**{f"{name}__in": reading.territory - reading.parts})
    stored = table.model._default_manager.filter(covered).exclude(elsewhere)
    current = [*reading.rows, *reading.refused]
    missing = stored.exclude(**{f"{table.key}__in": current})
    count, total = missing.count(), stored.count() - report.count.created
    if count > REMOVED_SHARE * total and not accepts_removals:
        named = ", ".join(missing.order_by(table.key).values_list(table.key, flat=True)[:_MAX_NAMED])
        raise TooManyRemovals(
            _(
                "Le fichier n’a plus %(count)d des %(total)d lignes enregistrées de ce qu’il couvre (%(named)s…) : "
                "il est peut-être tronqué. Relancez avec --accept-removals si elles doivent disparaître."
            )
            % {"count": count, "total": total, "named": named}
        )
    missing.delete()
    report.count.removed = count


def _nothing(report: LoadReport) -> str:
    """Say why nothing can be loaded: the first problem, or that no row is of the territory."""
    if report.rejected:
        return _("aucune ligne ne peut être chargée ; la première : %s") % report.rejected[0].sentence
    if report.outside:
        return _("aucune ligne n’est dans les communes du territoire (%d ailleurs)") % report.outside
    return _("le fichier n’a aucune ligne")
