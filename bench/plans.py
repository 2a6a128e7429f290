"""``./portal bench plan``: the package of a plan of 300 zones and 2,000 prescriptions, written, checked, put online.

With the inventory of its heritage on paper (``bench.inventories``).

The plan is that of the demonstration, with small squares as prescriptions up to that number. Everything is rolled back.
"""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter, process_time
from typing import TypeVar

import shapely
from django.contrib.gis.geos import Polygon
from django.core.management import call_command
from django.db import transaction

from bench.creation import create
from bench.figures import Figure, in_time, part
from bench.inventories import inventories
from layers.visitor import system_visitor
from plui.loading.services import accept_findings, publish_version, stage_package, undo_publication
from plui.models import PlanVersion, PrescriptionLin, PrescriptionPct, PrescriptionSurf, ZoneUrba
from plui.packages.services import check_package_file
from plui.writing.services import WrittenPackage, write_package

PRESCRIPTIONS = 2_000
CHANGED = 100
_SIDE = 0.0001  # some 10 m
_MOST_S = 10
_Result = TypeVar("_Result")


def prepare() -> None:
    """Load the demonstration; a second call finds it there."""
    create()
    call_command("migrate", verbosity=0)
    call_command("load_demo", verbosity=0)


def measures() -> Iterator[Figure]:
    """Measure the package of a plan, then the inventory of the heritage."""
    yield from part("package", packages)
    yield from part("inventory", inventories)


def packages() -> Iterator[Figure]:
    """Measure in this process: wall time, and the processor's of Python in parentheses."""
    visitor = system_visitor()
    with TemporaryDirectory(prefix="bench-") as folder, transaction.atomic():
        idurba = _add_prescriptions()
        counts = f"{ZoneUrba.objects.count()} zones, {PRESCRIPTIONS:,} prescriptions"
        package, figure = _timed(
            f"Package written: {counts}",
            lambda: write_package(visitor=visitor, idurba=idurba, folder=Path(folder)),
        )
        yield figure
        yield _timed("Package checked", lambda: _check(package))[1]
        changed = PrescriptionSurf.objects.order_by("pk").values("pk")[:CHANGED]
        PrescriptionSurf.objects.filter(pk__in=changed).update(libelle="Autre")
        version, figure = _timed("Package checked and staged", lambda: _stage(package))
        yield figure
        PlanVersion.objects.filter(pk=version.pk).update(in_force_from=dt.date(2026, 6, 1))
        version.refresh_from_db()
        for code in {finding["code"] for finding in version.findings}:
            accept_findings(visitor=visitor, version=version, code=code, reason="mesure")
        yield _timed(
            f"Version put online: {CHANGED} rows change",
            lambda: publish_version(visitor=visitor, version=version),
        )[1]
        version.refresh_from_db()
        yield _timed("Publication undone", lambda: undo_publication(visitor=visitor, version=version))[1]
        for piece in version.pieces.all():
            piece.file.delete(save=False)  # files are no part of the transaction
        transaction.set_rollback(True)


def _timed(name: str, work: Callable[[], _Result]) -> tuple[_Result, Figure]:
    wall, processor = perf_counter(), process_time()
    result = work()
    seconds, busy = perf_counter() - wall, process_time() - processor
    return result, Figure(name, f"≤ {_MOST_S} s", f"{seconds:.1f} s ({busy:.1f})", in_time(seconds, _MOST_S))


def _check(package: WrittenPackage) -> None:
    with package.path.open("rb") as file:
        report = check_package_file(file, name=package.name)
    if report.errors:
        raise SystemExit(f"bench: the package has errors: {report.errors[:3]}")


def _stage(package: WrittenPackage) -> PlanVersion:
    with package.path.open("rb") as file:
        return stage_package(visitor=system_visitor(), file=file, name=package.name).version


def _add_prescriptions() -> str:
    """Add squares inside zones, each in a place of its own; return the document."""
    rng = random.Random(38)  # noqa: S311  (places on a map)
    zones = list(ZoneUrba.objects.order_by("pk"))
    shapes = [shapely.from_wkb(bytes(zone.geom.wkb)).buffer(-2 * _SIDE) for zone in zones]
    models = (PrescriptionSurf, PrescriptionLin, PrescriptionPct)
    missing = PRESCRIPTIONS - sum(model._default_manager.count() for model in models)
    rows: list[PrescriptionSurf] = []
    while len(rows) < missing:
        zone, shape = rng.choice(list(zip(zones, shapes, strict=True)))
        if shape.is_empty:
            continue
        west, south, east, north = shape.bounds
        x, y = rng.uniform(west, east), rng.uniform(south, north)
        if not shape.contains(shapely.Point(x, y)):
            continue
        number = 5_000 + len(rows)
        rows.append(
            PrescriptionSurf(
                idurba_id=zone.idurba_id,
                lib_idpsc=f"200057974_PLUi_20260101_PS{number}",
                libelle=f"Prescription {number}",
                typepsc="07",
                stypepsc="01",
                datvalid="20190628",
                geom=Polygon.from_bbox((x, y, x + _SIDE, y + _SIDE)),
            )
        )
    PrescriptionSurf.objects.bulk_create(rows)
    return str(zones[0].idurba_id)
