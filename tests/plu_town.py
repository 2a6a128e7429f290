"""The two communes of ``tests.plu_packages`` in the database, and its packages as files to import."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

import shapely
from django.contrib.gis.geos import GEOSGeometry, MultiPolygon

from layers.models import Commune
from layers.visitor import Visitor, system_visitor
from plui.loading.services import accept_findings, publish_version, stage_package
from plui.models import PlanVersion
from tests.plu_packages import COMMUNES, DATE, FOLDER, SIREN, PackageBuilder, outlines, sound_package


def create_communes() -> None:
    """Store the two communes, a kilometre wide each, whatever outlines they had."""
    for code, shape in outlines().items():
        outline = GEOSGeometry(memoryview(shapely.to_wkb(shape)), srid=2154)
        outline.transform(4326)
        Commune.objects.update_or_create(
            code=code,
            defaults={
                "nom": COMMUNES[code],
                "slug": code,
                "siren": SIREN,
                "geom": MultiPolygon(outline, srid=4326),
            },
        )


def dated_package(date: str, procedure: str = "M3") -> PackageBuilder:
    """Return the sound package as approved on another day: folder, files, identifiers and IDURBA say so."""
    package = sound_package()
    package.folder = FOLDER.replace(DATE, date)
    package.files = {_dated(name, date): content for name, content in package.files.items()}
    for rows in package.tables.values():
        for row in rows:
            for name, value in row.items():
                if isinstance(value, str) and name not in {"DATVALID", "DATEREF"}:
                    row[name] = _dated(value, date)
    (document,) = package.tables["DOC_URBA"]
    document |= {"NOMPROC": procedure, "NOMRAPP": document["NOMRAPP"].replace("_M2_", f"_{procedure}_")}
    package.files = {
        name.replace("_rapport_M2_", f"_rapport_{procedure}_"): content
        for name, content in package.files.items()
    }
    package.names = {table: f"{SIREN}_{table}_{date}" for table in package.tables}
    return package


def _dated(text: str, date: str) -> str:
    return text.replace(DATE, date)


def stage(package: PackageBuilder, visitor: Visitor | None = None, **options: Any) -> PlanVersion:
    """Stage a package, by the portal itself unless somebody does."""
    return stage_package(
        visitor=visitor or system_visitor(),
        file=io.BytesIO(package.archive()) if "file" not in options else options.pop("file"),
        name=f"{package.folder}.zip",
        **options,
    ).version


def publish(
    package: PackageBuilder, *, accepted: Sequence[str] = (), visitor: Visitor | None = None, **options: Any
) -> PlanVersion:
    """Stage a package, accept the findings of some codes, and publish it."""
    person = visitor or system_visitor()
    version = stage(package, person, **options)
    for code in accepted:
        accept_findings(visitor=person, version=version, code=code, reason="Vu avec la commune")
    return publish_version(visitor=person, version=version)
