"""Versions of plans with their objects, written straight to the database: no package is read."""

from __future__ import annotations

import datetime as dt
from typing import Any

import shapely
from django.contrib.gis.geos import GEOSGeometry
from django.utils import timezone

from planning.models import PublicInquiry
from plui.models import (
    HabillageSurfVersion,
    HabillageTxtVersion,
    InfoSurfVersion,
    PlanVersion,
    PscPctVersion,
    PscSurfVersion,
    WrittenPiece,
    ZoneVersion,
)
from plui.vocabulary import PlanState
from tests.plu_packages import SIREN, box

START = dt.date(2024, 1, 15)


def located(shape: Any) -> Any:
    """Return a shape of EPSG:2154 in EPSG:4326."""
    geometry = GEOSGeometry(memoryview(shapely.to_wkb(shape)), srid=2154)
    geometry.transform(4326)
    return geometry


def public_inquiry(version: PlanVersion | None = None, **values: Any) -> PublicInquiry:
    """Create an inquiry that is open today, on a staged version of its own unless one is given."""
    today = timezone.localdate()
    neutral: dict[str, Any] = {
        "slug": "modification",
        "notice": "Le dossier est à lire en mairie.",
        "commissioner": "Mme Exemple",
        "opens_on": today,
        "closes_on": today + dt.timedelta(days=30),
    }
    return PublicInquiry.objects.create(version=version or plan_version(), **(neutral | values))


def plan_version(day: str = "20240115", nomproc: str = "M2", **values: Any) -> PlanVersion:
    """Create a version of the plan, staged by default."""
    neutral: dict[str, Any] = {
        "partition": SIREN,
        "idurba": f"{SIREN}_PLUI_{day}",
        "nomproc": nomproc,
        "title": f"PLUi, {nomproc}",
        "datappro": day,
        "folder": f"{SIREN}_PLUi_{day}",
        "communes": ["92048", "92072"],
        "document": {"etat": "03", "nomproc": nomproc},
    }
    return PlanVersion.objects.create(**neutral | values)


def published(day: str = "20240115", nomproc: str = "M2", **values: Any) -> PlanVersion:
    """Create a version that is online."""
    start = dt.datetime.strptime(day, "%Y%m%d").date()
    return plan_version(day, nomproc, **{"state": PlanState.ONLINE, "in_force_from": start} | values)


def zone(version: PlanVersion, libelle: str, shape: Any, **values: Any) -> ZoneVersion:
    """Create a zone of a version; ``shape`` is in EPSG:2154."""
    neutral = {"typezone": libelle[0] if libelle[0] in "UAN" else "U", "idurba_id": version.idurba}
    return ZoneVersion.objects.create(
        version=version, libelle=libelle, geom=located(shape), **neutral | values
    )


def prescription(version: PlanVersion, libelle: str, shape: Any, **values: Any) -> Any:
    """Create a prescription of a version, on a surface or a point; ``shape`` is in EPSG:2154."""
    model: Any = PscPctVersion if shape.geom_type == "Point" else PscSurfVersion
    neutral = {"typepsc": "07", "stypepsc": "01", "idurba_id": version.idurba}
    return model.objects.create(version=version, libelle=libelle, geom=located(shape), **neutral | values)


def information(version: PlanVersion, libelle: str, shape: Any, **values: Any) -> InfoSurfVersion:
    """Create an information of a version; ``shape`` is in EPSG:2154."""
    neutral = {"typeinf": "16", "stypeinf": "00", "idurba_id": version.idurba}
    return InfoSurfVersion.objects.create(
        version=version, libelle=libelle, geom=located(shape), **neutral | values
    )


def drawing(version: PlanVersion, nattrac: str, shape: Any, **values: Any) -> HabillageSurfVersion:
    """Create a drawn surface of a version; ``shape`` is in EPSG:2154."""
    neutral = {"idurba_id": version.idurba}
    return HabillageSurfVersion.objects.create(
        version=version, nattrac=nattrac, geom=located(shape), **neutral | values
    )


def text_of_plan(version: PlanVersion, txt: str, shape: Any, **values: Any) -> HabillageTxtVersion:
    """Create a text of the paper plan; ``shape`` is a point in EPSG:2154."""
    neutral = {"natecr": "Lieu-dit", "idurba_id": version.idurba}
    return HabillageTxtVersion.objects.create(
        version=version, txt=txt, geom=located(shape), **neutral | values
    )


def piece(version: PlanVersion, path: str, content: str = "a") -> WrittenPiece:
    """Create a written piece; ``path`` is under the folder of the package."""
    name = path.rpartition("/")[2]
    return WrittenPiece.objects.create(
        version=version,
        path=path,
        name=name,
        size=1_000,
        pages=3,
        content_hash=content * 64,
        file=f"plans/{name}",
    )


def two_versions() -> tuple[PlanVersion, PlanVersion]:
    """Return a plan of four zones, and the modification of it: a zone made larger, one under another name."""
    before, after = published("20240115", "M1"), plan_version("20250301", "M2")
    zone(before, "UA", box(0, 0, 500, 1_000))
    zone(before, "UB", box(500, 0, 1_000, 1_000))
    zone(before, "N", box(1_000, 0, 2_000, 500))
    zone(before, "Nl", box(1_000, 500, 2_000, 1_000))
    zone(after, "UA", box(0, 0, 600, 1_000))
    zone(after, "UB", box(600, 0, 1_000, 1_000))
    zone(after, "N", box(1_000, 0, 2_000, 500))
    zone(after, "1AU", box(1_000, 500, 2_000, 1_000), typezone="AUc")
    return before, after
