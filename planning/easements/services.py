"""Load packages of easements: rows checked one by one, written by their identifier, all packages of a file or none.

A package replaces that of the same authority, category and area: what it does not have any more is removed, and loading
it again changes nothing. A row that cannot be read is reported, and what is stored under its identifier stays.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from io import BytesIO
from pathlib import PurePosixPath
from typing import Any, BinaryIO

from django.contrib.gis.geos import GEOSGeometry, MultiLineString, MultiPolygon
from django.core.files.base import ContentFile
from django.db import models, transaction
from django.utils.translation import gettext as _

from layers.errors import InvalidParameter
from layers.parsing.official_files import RowProblem, read_row
from layers.services.keyed_records import Count, Key, locked_for_load, write_records
from metadata.attachments.services import read_document
from planning.easements.errors import EasementsRefused
from planning.easements.packages import OpenPackage, open_packages
from planning.easements.parsing import (
    ACTE,
    COLUMNS,
    GENERATORS,
    GESTIONNAIRE,
    KEYS,
    LINK,
    MANDATORY,
    NOT_LOADED,
    PERIMETER,
    SERVITUDE,
    PackageName,
    package_name,
)
from reference_data.models import (
    Easement,
    EasementAct,
    EasementActLink,
    EasementAuthority,
    EasementPackage,
    LineGenerator,
    PointGenerator,
    PublicEasement,
    SurfaceGenerator,
)
from reference_data.sql import stored_shapes

REMOVED_SHARE = 0.2
"""Share of the stored perimeters of a package that another may leave out without a word."""
_NAMED = 5
_SHAPES_AT_ONCE = 1_000
_WGS84 = 4326
_MODELS: Mapping[str, type[models.Model]] = {
    GESTIONNAIRE: EasementAuthority,
    SERVITUDE: PublicEasement,
    ACTE: EasementAct,
    LINK: EasementActLink,
    **dict(zip(GENERATORS, (PointGenerator, LineGenerator, SurfaceGenerator), strict=True)),
    PERIMETER: Easement,
}
_SHARED = frozenset({GESTIONNAIRE})
"""Tables whose rows several packages name: none is removed with a package."""
_GEOMETRIES: Mapping[str, str] = {
    **dict(zip(GENERATORS, ("Point", "MultiLineString", "MultiPolygon"), strict=True)),
    PERIMETER: "MultiPolygon",
}
_MULTIPLE = {"MultiLineString": MultiLineString, "MultiPolygon": MultiPolygon}
_STORAGE = EasementAct._meta.get_field("file").storage
_BY_CATEGORY = {SERVITUDE: "idsup", PERIMETER: "idass", **dict.fromkeys(GENERATORS, "idgen")}


@dataclass(slots=True)
class PackageLoad:
    """What the load of a package did: counts by table, rows refused by table, and what its reader should know."""

    folder: str
    name: PackageName
    counts: dict[str, Count] = field(default_factory=dict)
    problems: list[tuple[str, RowProblem]] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)
    acts_stored: int = 0


@dataclass(slots=True)
class _Rows:
    """The rows of a table that read, by identifier; the identifiers of the others."""

    values: dict[Key, dict[str, Any]] = field(default_factory=dict)
    numbers: dict[Key, int] = field(default_factory=dict)
    shapes: dict[Key, bytes] = field(default_factory=dict)
    refused: set[Key] = field(default_factory=set)


def load_easements(
    *, file: BinaryIO, name: str, is_dry_run: bool = False, accepts_removals: bool = False
) -> list[PackageLoad]:
    """Load the packages of an archive in one transaction; a dry run writes nothing that stays.

    Raises:
        EasementsRefused: no package, a folder or a table that is not as the standard says, a row of another package,
            or many perimeters of the stored package missing from this one without ``accepts_removals``.
    """
    digest = hashlib.sha256()
    file.seek(0)
    for chunk in iter(lambda: file.read(1 << 20), b""):
        digest.update(chunk)
    file.seek(0)
    with open_packages(file) as packages, _written_files() as files, transaction.atomic():
        locked_for_load(EasementPackage)
        loads = [
            _Loading(package, name, digest.hexdigest(), files, is_dry_run=is_dry_run).run(accepts_removals)
            for package in packages
        ]
        transaction.set_rollback(is_dry_run)
    return loads


@contextmanager
def _written_files() -> Iterator[list[str]]:
    """Delete the files that the block wrote, and names in the list, when it fails."""
    names: list[str] = []
    try:
        yield names
    except BaseException:
        for name in names:
            _STORAGE.delete(name)
        raise


class _Loading:
    """The load of one package."""

    def __init__(
        self, package: OpenPackage, archive: str, digest: str, files: list[str], *, is_dry_run: bool
    ) -> None:
        self.files = files
        self.package = package
        self.load = PackageLoad(package.folder, package_name(package.folder))
        self.is_dry_run = is_dry_run
        self.archive, self.digest = archive, digest
        self.rows: dict[str, _Rows] = {}

    def run(self, accepts_removals: bool) -> PackageLoad:
        """Check, write and remove."""
        self._check_tables()
        self.rows = {table: self._read(table) for table in _MODELS}
        self._link()
        stored = self._stored_package()
        for table in _MODELS:
            self._write(table, stored)
        self._store_acts()
        for table in reversed([*_MODELS]):
            self._remove(table, stored, accepts_removals=accepts_removals)
        return self.load

    def _check_tables(self) -> None:
        missing = [table for table in MANDATORY if table not in self.package.tables]
        if missing or self.package.unreadable:
            reason = (
                _("tables absentes : %s") % ", ".join(missing)
                if missing
                else _("tables illisibles : %s") % ", ".join(self.package.unreadable)
            )
            raise self._refused(reason)
        for table in NOT_LOADED:
            if description := self.package.tables.get(table):
                self.load.notices.append(
                    _(
                        "%(table)s : %(count)d lignes laissées de côté, le portail n’a que des assiettes surfaciques."
                    )
                    % {"table": table, "count": description.count}
                )

    def _read(self, table: str) -> _Rows:
        """Read the rows of a table, and refuse those that are not as the standard says."""
        rows, description = _Rows(), self.package.tables.get(table)
        if description is None:
            return rows
        columns = COLUMNS[table]
        absent = [
            name for name, column in columns.items() if column.is_required and name not in description.columns
        ]
        if absent:
            raise self._refused(
                _("%(table)s : colonnes absentes du fichier : %(names)s.")
                % {"table": table, "names": ", ".join(absent)}
            )
        for number, texts, shape in self.package.rows(table):
            values, problems = read_row(columns, number, texts)
            key = tuple(values.get(name) for name in KEYS[table])
            problems = problems or self._contradictions(table, number, values, shape, rows)
            if problems:
                self.load.problems += [(table, problem) for problem in problems]
                rows.refused.add(key)
                continue
            rows.values[key], rows.numbers[key] = values, number
            if shape is not None:
                rows.shapes[key] = shape
        self._add_geometries(table, rows)
        return rows

    def _contradictions(
        self, table: str, number: int, values: Mapping[str, Any], shape: bytes | None, rows: _Rows
    ) -> list[RowProblem]:
        """Return what is wrong with a row whose values are right one by one."""
        key = tuple(values[name] for name in KEYS[table])
        if key in rows.values:
            reason = _("même identifiant que la ligne %d, qui est gardée") % rows.numbers[key]
            return [RowProblem(number, KEYS[table][0], str(key[0]), reason)]
        if table in _GEOMETRIES and shape is None:
            return [RowProblem(number, "", "", _("géométrie absente"))]
        name = _BY_CATEGORY.get(table)
        if name and str(values[name]).partition("-")[0].upper() != self.load.name.category:
            reason = _("le paquet est de la catégorie %s") % self.load.name.category
            return [RowProblem(number, name, str(values[name]), reason)]
        return []

    def _add_geometries(self, table: str, rows: _Rows) -> None:
        """Give each row its geometry; a shape of another type, or one that is not valid, refuses the row."""
        keys = list(rows.shapes)
        for start in range(0, len(keys) if table in _GEOMETRIES else 0, _SHAPES_AT_ONCE):
            batch = keys[start : start + _SHAPES_AT_ONCE]
            for key, (shape, fault) in zip(
                batch, stored_shapes([rows.shapes[key] for key in batch], _WGS84), strict=True
            ):
                geometry = _as_type(GEOSGeometry(memoryview(shape)), _GEOMETRIES[table])
                if fault is None and geometry is not None:
                    rows.values[key]["geom"] = geometry
                    continue
                reason = (
                    _("géométrie non valide : %s") % fault
                    if fault
                    else _("géométrie vide, ou d’un autre type que %s") % _GEOMETRIES[table]
                )
                self.load.problems.append((table, RowProblem(rows.numbers[key], "", "", reason)))
                rows.refused.add(key)
                del rows.values[key]

    def _link(self) -> None:
        """Give each perimeter its easement, and say which references lead nowhere."""
        easements = {key[0] for key in self.rows[SERVITUDE].values}
        acts = {key[0] for key in self.rows[ACTE].values}
        generators = {
            key[0]: values["idsup"] for table in GENERATORS for key, values in self.rows[table].values.items()
        }
        for values in self.rows[PERIMETER].values.values():
            values["idsup"] = generators.get(values["idgen"], str(values["idgen"]).rpartition("-")[0])
        self._notice_unknown(PERIMETER, "idgen", generators)
        self._notice_unknown(LINK, "idsup", easements)
        self._notice_unknown(LINK, "idacte", acts)
        for table in GENERATORS:
            self._notice_unknown(table, "idsup", easements)

    def _notice_unknown(self, table: str, name: str, known: Iterable[object]) -> None:
        unknown = sorted(
            {str(values[name]) for values in self.rows[table].values.values()} - set(map(str, known))
        )
        if unknown:
            self.load.notices.append(
                _("%(table)s : %(column)s qui ne sont pas dans le paquet : %(names)s.")
                % {"table": table, "column": name, "names": _listed(unknown)}
            )

    def _stored_package(self) -> EasementPackage:
        name = self.load.name
        columns = {
            "date": name.date,
            "folder": self.package.folder,
            "archive_name": self.archive[:200],
            "archive_hash": self.digest,
        }
        identity = {"idgest": name.idgest, "category": name.category, "area": name.area}
        stored = EasementPackage.objects.filter(**identity).first()
        if stored is None:
            return EasementPackage.objects.create(**identity, **columns)
        if stored.date > name.date:
            self.load.notices.append(
                _("Le paquet enregistré est plus récent (%(stored)s) que celui-ci (%(date)s).")
                % {"stored": stored.date, "date": name.date}
            )
        if any(getattr(stored, column) != value for column, value in columns.items()):
            EasementPackage.objects.filter(pk=stored.pk).update(**columns)
        return stored

    def _write(self, table: str, stored: EasementPackage) -> None:
        """Write the rows of a table; those of another package are refused as a whole."""
        model, names = _MODELS[table], KEYS[table]
        wanted = {key for key in self.rows[table].values}
        query = model._default_manager.filter(**{f"{names[0]}__in": {key[0] for key in wanted}})
        if table in _GEOMETRIES:
            query = query.defer("geom_3857")
        existing = {tuple(getattr(row, name) for name in names): row for row in query}
        existing = {key: row for key, row in existing.items() if key in wanted}
        values = self.rows[table].values
        if table not in _SHARED:
            foreign = [
                str(key[0])
                for key, row in existing.items()
                if getattr(row, "package_id", None) not in {None, stored.pk}
            ]
            if foreign:
                raise self._refused(
                    _("%(table)s : lignes d’un autre paquet : %(names)s.")
                    % {"table": table, "names": _listed(sorted(foreign))}
                )
            values = {key: each | {"package_id": stored.pk} for key, each in values.items()}
        columns = frozenset(next(iter(values.values()), {}))
        count = self.load.counts[table] = Count()
        touched = ("updated_at",) if table in _GEOMETRIES else ()
        write_records(model, values, existing, columns, count, touched=touched)

    def _remove(self, table: str, stored: EasementPackage, *, accepts_removals: bool) -> None:
        """Remove what the package has no more."""
        if table in _SHARED:
            return
        model, names = _MODELS[table], KEYS[table]
        present = self.rows[table].values.keys() | self.rows[table].refused
        rows = list(model._default_manager.filter(package_id=stored.pk).values_list("pk", *names))
        missing = [row[0] for row in rows if row[1:] not in present]
        if table == PERIMETER and len(missing) > REMOVED_SHARE * len(rows) and not accepts_removals:
            named = [str(row[1]) for row in rows if row[0] in set(missing)]
            raise self._refused(
                _(
                    "%(count)d des %(total)d assiettes enregistrées n’y sont plus (%(names)s) : relancez avec "
                    "--accept-removals si elles doivent disparaître."
                )
                % {"count": len(missing), "total": len(rows), "names": _listed(named)}
            )
        if table == ACTE:
            paths = EasementAct.objects.filter(pk__in=missing).exclude(file="").values_list("file", flat=True)
            _delete_files(paths)
        model._default_manager.filter(pk__in=missing).delete()
        self.load.counts[table].removed = len(missing)

    def _store_acts(self) -> None:
        """Store the PDF of each act, once it is checked; say why one is not stored."""
        paths = {PurePosixPath(file.path).name.lower(): file.path for file in self.package.files}
        acts = EasementAct.objects.filter(idacte__in=[key[0] for key in self.rows[ACTE].values])
        for act in acts.exclude(fichier=""):
            path = paths.get(PurePosixPath(act.fichier).name.lower())
            content = self.package.content(path) if path else b""
            digest = hashlib.sha256(content).hexdigest() if content else ""
            if content and digest == act.content_hash:
                continue
            fault = _fault(content) if path else _("fichier absent du paquet")
            if fault:
                values = {"id": act.idacte, "name": act.fichier, "reason": fault}
                self.load.notices.append(_("Acte %(id)s, « %(name)s » : %(reason)s") % values)
            if not self.is_dry_run and (not fault or fault != act.fault or act.content_hash):
                _replace_file(act, b"" if fault else content, "" if fault else digest, fault[:400])
                self.files += [str(act.file.name)] if act.file else []
            self.load.acts_stored += not fault

    def _refused(self, reason: str) -> EasementsRefused:
        return EasementsRefused(
            _("%(title)s : %(text)s") % {"title": self.package.folder, "text": reason}, parameter="file"
        )


def _as_type(geometry: GEOSGeometry, expected: str) -> GEOSGeometry | None:
    """Return a geometry of the expected type; None of another, or of nothing."""
    if geometry.empty:
        return None
    if geometry.geom_type == expected:
        return geometry
    if f"Multi{geometry.geom_type}" == expected:
        return _MULTIPLE[expected](geometry, srid=_WGS84)
    return None


def _fault(content: bytes) -> str:
    """Return why a file may not be stored, empty when it may."""
    if not content.startswith(b"%PDF-"):
        return _("ce fichier n’est pas un PDF")
    try:
        read_document(BytesIO(content), "acte.pdf")
    except InvalidParameter as error:
        return error.detail
    return ""


def _replace_file(act: EasementAct, content: bytes, digest: str, fault: str) -> None:
    """Store the file of an act, and remove the former one once the transaction is committed."""
    former = act.file.name
    act.content_hash, act.size, act.fault = digest, len(content), fault
    if content:
        act.file.save("acte.pdf", ContentFile(content), save=False)
    else:
        act.file = ""
    act.save(update_fields=["content_hash", "size", "fault", "file"])
    if former:
        _delete_files([former])


def _delete_files(names: Iterable[str]) -> None:
    for name in list(names):
        transaction.on_commit(partial(_STORAGE.delete, name))


def _listed(names: list[str]) -> str:
    return ", ".join(names[:_NAMED]) + ("…" if len(names) > _NAMED else "")
