"""``check_plu``: the package is read in a child process, and its zones are compared with the communes of the portal."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
import shapely
from django.contrib.gis.geos import GEOSGeometry, MultiPolygon
from django.core.management import CommandError, call_command

from layers.models import Commune
from plui.models import DocUrba
from plui.packages.errors import PackageRefused
from plui.packages.services import check_package_file, open_package
from tests.plu_packages import (
    COMMUNES,
    FOLDER,
    PDF,
    RULES,
    SIREN,
    PackageBuilder,
    box,
    outlines,
    sound_package,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def town(db: None) -> None:
    for code, shape in outlines().items():
        outline = GEOSGeometry(memoryview(shapely.to_wkb(shape)), srid=2154)
        outline.transform(4326)
        Commune.objects.create(
            code=code, nom=COMMUNES[code], slug=code, siren=SIREN, geom=MultiPolygon(outline, srid=4326)
        )


def written(package: PackageBuilder, folder: Path) -> Path:
    path = folder / f"{FOLDER}.zip"
    path.write_bytes(package.archive())
    return path


@pytest.mark.usefixtures("town")
def test_the_command_says_the_model_and_changes_nothing(tmp_path: Path) -> None:
    output = io.StringIO()
    call_command("check_plu", written(sound_package(), tmp_path), stdout=output)
    assert "cnig_PLUi_2025" in output.getvalue()
    assert "0 erreur" in output.getvalue()
    assert not DocUrba.objects.exists()


@pytest.mark.usefixtures("town")
def test_the_command_fails_with_the_errors_on_lines_of_json(tmp_path: Path) -> None:
    package = sound_package()
    package.tables["ZONE_URBA"][0]["LIBELLE"] = "ABCDEFGHIJKLM"
    output = io.StringIO()
    with pytest.raises(CommandError, match="1"):
        call_command("check_plu", written(package, tmp_path), "--json", stdout=output)
    (line,) = output.getvalue().splitlines()
    finding = json.loads(line)
    assert (finding["code"], finding["row"], finding["attribute"]) == (
        "ATTRIBUTE_SIZE_EXCEEDED",
        1,
        "LIBELLE",
    )


@pytest.mark.usefixtures("town")
def test_a_gap_beside_the_border_of_a_commune_has_a_size_and_a_geometry(tmp_path: Path) -> None:
    package = sound_package()
    package.tables["ZONE_URBA"][1]["geom"] = box(500, 0, 1_000, 1_000) - box(998, 400, 1_000, 401)
    with written(package, tmp_path).open("rb") as file:
        report = check_package_file(file, name=f"{FOLDER}.zip")
    (gap,) = [finding for finding in report.findings if finding.code == "PORTAL_ZONE_GAP"]
    assert round(gap.size, 2) == 2.0
    assert gap.geometry is not None


@pytest.mark.usefixtures("town")
def test_an_open_package_gives_its_rows_and_files(tmp_path: Path) -> None:
    with (
        written(sound_package(), tmp_path).open("rb") as file,
        open_package(file, name=f"{FOLDER}.zip") as opened,
    ):
        rows = list(opened.rows("ZONE_URBA"))
        content = opened.content(f"Pieces_ecrites/3_Reglement/{RULES}")
    assert [texts["LIBELLE"] for texts, _shape in rows] == ["UA", "UB", "N", "AUc"]
    assert shapely.from_wkb(rows[0][1]).bounds[0] == pytest.approx(2.18, abs=0.1)
    assert content == PDF


def test_a_file_that_is_no_archive_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "x.zip"
    path.write_bytes(b"PK no archive")
    with path.open("rb") as file, pytest.raises(PackageRefused, match="endommagée"):
        check_package_file(file, name=path.name)
