"""Packages written from what is online: no error of the check, and the same rows when they are read back."""

from __future__ import annotations

import datetime as dt
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
import shapely
from django.core.files.base import ContentFile
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.test import override_settings
from django.utils import timezone
from pytest_django import DjangoDbBlocker

from gisportal.catalogue import CODED, THEMES
from gisportal.demo.heritage import load_buildings, load_trees
from gisportal.demo.informations import load_informations
from gisportal.demo.plan_versions import load_versions
from gisportal.demo.plui import IDURBA, load_document, load_zones
from gisportal.demo.prescriptions import load_prescriptions
from gisportal.demo.sample_rows import load_communes
from layers.errors import Forbidden, UnknownFeature
from layers.models import Layer
from layers.services.catalogue import publish_layers
from layers.visitor import Visitor, system_visitor
from layers.vocabulary import Visibility
from plui.dated.queries import ANNULMENT_CODE
from plui.loading.services import rehearse_package
from plui.models import DocUrba, InfoSurfVersion, PrescriptionSurf, WrittenPiece, ZoneUrba
from plui.packages.findings import Finding, Level
from plui.packages.services import PackageReport, cleaned_pdf, open_package
from plui.vocabulary import PlanState
from plui.writing.services import WrittenPackage, check_written, write_package
from tests.pdf_pieces import hostile, on_opening

pytestmark = pytest.mark.django_db
FOLDER = "200057974_PLUi_20260101"


@pytest.fixture(scope="module")
def plan(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[None]:
    """Load the sample plan with its pieces once for this file, in a transaction; every test rolls back to it."""
    with (
        django_db_blocker.unblock(),
        override_settings(
            MEDIA_ROOT=tmp_path_factory.mktemp("media"), PORTAL_CONTACT="urbanisme@example.org"
        ),
        transaction.atomic(),
    ):
        territory = load_communes()
        publish_layers(themes=THEMES, definitions=CODED.all())
        load_document(territory.shapes)
        trees = load_trees(territory, anchor=timezone.localdate())
        buildings, zones = load_buildings(anchor=timezone.localdate()), load_zones(territory)
        load_prescriptions(territory, zones=zones, buildings=buildings, trees=trees)
        load_informations(territory, zones)
        load_versions()
        connection.check_constraints()  # once: each test would check those of every row again
        yield
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def package(
    plan: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> WrittenPackage:
    with django_db_blocker.unblock():
        return write_package(
            visitor=system_visitor(), idurba=IDURBA, folder=tmp_path_factory.mktemp("package")
        )


@pytest.fixture(scope="module")
def report(package: WrittenPackage, django_db_blocker: DjangoDbBlocker) -> PackageReport:
    with django_db_blocker.unblock():
        return check_written(package)


def lines(findings: list[Finding]) -> list[str]:
    return [f"{each.code} {each.file} {each.row} {each.attribute} {each.value[:60]}" for each in findings]


def test_the_check_has_no_error(report: PackageReport) -> None:
    assert lines(report.errors) == []


def test_the_zones_have_neither_gap_nor_overlap(report: PackageReport) -> None:
    codes = {each.code for each in report.findings}
    assert codes.isdisjoint({"PORTAL_ZONE_GAP", "PORTAL_ZONE_OVERLAP"})


def test_warnings_are_those_of_the_rounding_of_the_sample(report: PackageReport) -> None:
    """The sample is cut on a grid of 0.1 m: communes and prescriptions pass its zones by some metres at most."""
    warnings = [each for each in report.findings if each.level is Level.WARNING]
    assert {each.code for each in warnings} <= {"PORTAL_COMMUNE_UNCOVERED", "PORTAL_PRESCRIPTION_OUTSIDE"}
    assert max(each.size for each in warnings) < 50


def test_the_model_is_the_last_one(report: PackageReport) -> None:
    assert report.model.name == "cnig_PLUi_2025"


def test_the_tree_is_that_of_the_standard(package: WrittenPackage) -> None:
    with zipfile.ZipFile(package.path) as archive:
        names = set(archive.namelist())
    tables = {
        f"{FOLDER}/Donnees_geographiques/200057974_ZONE_URBA_20260101{end}"
        for end in (".shp", ".dbf", ".prj")
    }
    assert tables <= names
    assert f"{FOLDER}/200057974_DOC_URBA_20260101.dbf" in names
    assert f"{FOLDER}/{FOLDER}.xml" in names
    assert f"{FOLDER}/Pieces_ecrites/3_Reglement/200057974_reglement_20260101.pdf" in names


def test_no_table_is_empty(report: PackageReport) -> None:
    assert {table.name for table in report.tables if table.count == 0} == set()


def test_a_package_read_back_has_the_rows_that_are_online(plan: None, package: WrittenPackage) -> None:
    with package.path.open("rb") as file, open_package(file, name=package.name) as opened:
        rows = list(opened.rows("ZONE_URBA"))
    online = list(ZoneUrba.objects.order_by("pk"))
    assert len(rows) == len(online)
    for (texts, wkb), zone in zip(rows, online, strict=True):
        assert (texts["LIBELLE"], texts["TYPEZONE"]) == (zone.libelle, zone.typezone)
        assert texts["DATVALID"] == zone.datvalid
        assert texts["NOMFIC"] == zone.nomfic
        assert wkb is not None
        read, stored = shapely.from_wkb(wkb), shapely.from_wkb(bytes(zone.geom.wkb))
        assert shapely.hausdorff_distance(read, stored) < 1e-9, zone.lib_idzone


def test_identifiers_have_the_pattern_of_the_standard(plan: None, package: WrittenPackage) -> None:
    with package.path.open("rb") as file, open_package(file, name=package.name) as opened:
        identifiers = [texts["LIB_IDPSC"] for texts, _wkb in opened.rows("PRESCRIPTION_SURF")]
    assert identifiers == list(PrescriptionSurf.objects.order_by("pk").values_list("lib_idpsc", flat=True))


def test_an_identifier_of_another_pattern_is_written_anew(plan: None, tmp_path: Path) -> None:
    first = PrescriptionSurf.objects.earliest("pk")
    PrescriptionSurf.objects.filter(pk=first.pk).update(lib_idpsc="ancien 7000")
    written = write_package(visitor=system_visitor(), idurba=IDURBA, folder=tmp_path)
    with written.path.open("rb") as file, open_package(file, name=written.name) as opened:
        identifiers = [texts["LIB_IDPSC"] for texts, _wkb in opened.rows("PRESCRIPTION_SURF")]
    assert identifiers[0] == f"{FOLDER}_PS7000"
    assert len(set(identifiers)) == PrescriptionSurf.objects.count()


def test_an_import_of_the_package_changes_no_row(plan: None, package: WrittenPackage) -> None:
    with package.path.open("rb") as file:
        changes = rehearse_package(visitor=system_visitor(), file=file, name=package.name).changes
    counts = {table: (each.added, each.changed, each.removed) for table, each in changes.items()}
    assert counts == dict.fromkeys(counts, (0, 0, 0))
    assert changes["ZONE_URBA"].unchanged == ZoneUrba.objects.count()


def test_a_package_has_the_cleaned_copy_and_its_import_has_nothing_to_clean(
    plan: None, tmp_path: Path
) -> None:
    piece = WrittenPiece.objects.filter(version__idurba=IDURBA, name__contains="reglement").get()
    served = cleaned_pdf(hostile(on_opening))
    piece.file.save(piece.name, ContentFile(served.content), save=False)
    piece.original.save(piece.name, ContentFile(served.original), save=False)
    piece.save()
    written = write_package(visitor=system_visitor(), idurba=IDURBA, folder=tmp_path)
    with zipfile.ZipFile(written.path) as archive:
        assert archive.read(f"{FOLDER}/{piece.path}") == served.content
    with written.path.open("rb") as file:
        rehearsal = rehearse_package(visitor=system_visitor(), file=file, name=written.name)
    assert "PORTAL_PIECE_CLEANED" not in {finding.code for finding in rehearsal.findings}
    assert [count for count in rehearsal.changes.values() if not count.is_nothing] == []


def test_the_project_of_the_sample_leaves_what_a_court_annulled(plan: None) -> None:
    online, staged = (
        list(
            InfoSurfVersion.objects.filter(version__state=state, code=ANNULMENT_CODE).values_list(
                "feature_id"
            )
        )
        for state in (PlanState.ONLINE, PlanState.STAGED)
    )
    assert online
    assert staged == online


def test_texts_lose_the_signs_that_the_standard_excludes(plan: None, tmp_path: Path) -> None:
    ZoneUrba.objects.filter(pk=ZoneUrba.objects.earliest("pk").pk).update(
        libelong="Centre « ancien » (l’église)"
    )
    written = write_package(visitor=system_visitor(), idurba=IDURBA, folder=tmp_path)
    with written.path.open("rb") as file, open_package(file, name=written.name) as opened:
        assert next(iter(opened.rows("ZONE_URBA")))[0]["LIBELONG"] == "Centre ancien l'église"


def test_a_geometry_twice_is_an_error_of_the_check(plan: None, tmp_path: Path) -> None:
    double = PrescriptionSurf.objects.earliest("pk")
    double.pk, double.lib_idpsc, double._state.adding = None, "", True
    double.save()
    report = check_written(write_package(visitor=system_visitor(), idurba=IDURBA, folder=tmp_path))
    assert {each.code for each in report.errors} == {"ATTRIBUTE_NOT_UNIQUE"}


def test_who_reads_a_part_of_the_document_gets_no_package(plan: None, tmp_path: Path) -> None:
    Layer.objects.filter(slug="plui-prescriptions-surf").update(visibility=Visibility.INTERNAL)
    with pytest.raises(Forbidden):
        write_package(visitor=Visitor(instant=timezone.now()), idurba=IDURBA, folder=tmp_path)


def test_a_hidden_plan_has_no_package(plan: None, tmp_path: Path) -> None:
    Layer.objects.filter(slug="plui-zones").update(visibility=Visibility.INTERNAL)
    with pytest.raises(UnknownFeature):
        write_package(visitor=Visitor(instant=timezone.now()), idurba=IDURBA, folder=tmp_path)


def test_the_portal_of_a_commune_has_no_package(plan: None, tmp_path: Path) -> None:
    with pytest.raises(Forbidden):
        write_package(visitor=Visitor(instant=timezone.now(), portal="92048"), idurba=IDURBA, folder=tmp_path)


def test_the_command_names_the_only_document(
    plan: None, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    call_command("export_plu", output=tmp_path)
    assert f"{FOLDER}.zip" in capsys.readouterr().out


def test_the_command_asks_which_document_of_several(plan: None, tmp_path: Path) -> None:
    DocUrba.objects.create(idurba="92048_PLU_20100101", datappro="20100101")
    with pytest.raises(CommandError, match="92048_PLU_20100101"):
        call_command("export_plu", output=tmp_path)


def test_nothing_but_the_archive_stays_in_the_folder(package: WrittenPackage) -> None:
    assert [path.name for path in package.path.parent.iterdir()] == [package.name]


def test_the_day_of_the_record_is_that_of_the_approval(package: WrittenPackage) -> None:
    with zipfile.ZipFile(package.path) as archive:
        record = archive.read(f"{FOLDER}/{FOLDER}.xml").decode()
    assert dt.date(2026, 1, 1).isoformat() in record
