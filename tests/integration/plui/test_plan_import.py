"""A package is staged, published and undone: rows keep their identifiers, and nothing is written twice."""

from __future__ import annotations

import io
import unicodedata
import zipfile
from typing import Any

import pytest
import shapely
from django.contrib.gis.geos import Polygon

from layers.errors import Forbidden
from layers.models import DataVersion
from layers.visitor import system_visitor
from plui.loading.errors import RowsRefused, VersionRefused
from plui.loading.queries import change_counts, content_digest, finding_key, open_findings
from plui.loading.services import (
    accept_finding,
    discard_version,
    import_package,
    publish_version,
    rehearse_package,
    stage_package,
    undo_publication,
)
from plui.models import (
    TABLES,
    DocUrba,
    DocUrbaCom,
    InfoSurf,
    InfoSurfVersion,
    PlanVersion,
    PrescriptionSurf,
    PscSurfVersion,
    WrittenPiece,
    ZoneUrba,
    ZoneVersion,
)
from plui.packages.errors import PackageRefused
from plui.vocabulary import PlanState
from tests.pdf_pieces import sound_pdf
from tests.people import OUTSIDER
from tests.plu_packages import (
    COMMUNES,
    IDURBA,
    RULES,
    SIREN,
    PackageBuilder,
    box,
    information,
    metadata,
    prescription,
    sound_package,
    zone,
)
from tests.plu_town import create_communes, dated_package, publish, stage

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def town(catalogue: object, media: object) -> None:
    create_communes()


def rows_online(model: Any = ZoneUrba) -> dict[str, int]:
    names = "libelle" if model is ZoneUrba else "lib_idpsc"
    return dict(model.objects.values_list(names, "pk"))


def writes() -> dict[str, int]:
    tables = [live._meta.db_table for live, _twin in TABLES.values()]
    return dict(DataVersion.objects.filter(table__in=tables).values_list("table", "version"))


def test_a_sound_package_has_nothing_to_accept() -> None:
    assert stage(sound_package()).findings == []


def test_a_staged_package_changes_nothing_online() -> None:
    stage(sound_package())
    assert not ZoneUrba.objects.exists()
    assert not DocUrba.objects.exists()


def test_publication_writes_the_document_its_communes_and_its_rows() -> None:
    version = publish(sound_package())
    assert version.state == PlanState.ONLINE
    assert set(map(str, DocUrbaCom.objects.values_list("insee_id", flat=True))) == set(COMMUNES)
    assert DocUrba.objects.get().idurba == IDURBA
    assert sorted(rows_online()) == ["AUc", "N", "UA", "UB"]
    assert PrescriptionSurf.objects.count() == 2
    assert InfoSurf.objects.get().code == "16-00"


def test_the_idurba_takes_the_form_of_the_portal_and_the_one_written_stays_in_the_document() -> None:
    package = sound_package()
    for rows in package.tables.values():
        for row in rows:
            row["IDURBA"] = row["IDURBA"].replace("PLUI", "PLUi")
    version = stage(package)
    assert version.idurba == IDURBA
    assert version.document["original_idurba"] == IDURBA.replace("PLUI", "PLUi")


def test_the_next_procedure_keeps_the_identifiers_of_what_it_does_not_change() -> None:
    publish(sound_package())
    before = rows_online()
    package = dated_package("20250301")
    package.tables["ZONE_URBA"][1] |= {"LIBELLE": "UBa", "DATVALID": "20250301"}
    publish(package)
    assert {name: pk for name, pk in rows_online().items() if name in before} == {
        name: pk for name, pk in before.items() if name != "UB"
    }


def test_a_zone_recoded_on_the_same_outline_keeps_its_identifier() -> None:
    publish(sound_package())
    before = rows_online()
    package = dated_package("20250301")
    package.tables["ZONE_URBA"][1] |= {"LIBELLE": "UBa", "LIB_IDZONE": f"{SIREN}_PLUi_20250301_ZO99"}
    publish(package)
    assert rows_online()["UBa"] == before["UB"]


def test_a_zone_split_in_two_leaves_its_identifier_to_the_larger_part() -> None:
    publish(sound_package())
    before = rows_online()
    package = dated_package("20250301")
    package.tables["ZONE_URBA"][0] |= {
        "geom": box(0, 0, 400, 1_000),
        "LIB_IDZONE": f"{SIREN}_PLUi_20250301_ZO98",
    }
    package.tables["ZONE_URBA"].append(
        zone(
            97,
            box(400, 0, 500, 1_000),
            IDURBA=IDURBA.replace("20240115", "20250301"),
            NOMFIC=package.tables["ZONE_URBA"][1]["NOMFIC"],
            LIB_IDZONE=f"{SIREN}_PLUi_20250301_ZO97",
        )
    )
    publish(package)
    largest = max(ZoneUrba.objects.filter(libelle="UA"), key=lambda row: row.geom.area)
    assert largest.pk == before["UA"]


def test_objects_that_only_take_the_new_date_in_their_names_are_counted_as_unchanged() -> None:
    publish(sound_package())
    package = dated_package("20250301")
    package.tables["PRESCRIPTION_SURF"].append(
        prescription(3, box(200, 200, 250, 250), LIB_IDPSC=f"{SIREN}_PLUi_20250301_PS3")
    )
    package.tables["ZONE_URBA"][2] |= {"LIBELONG": "Bois"}
    counts = change_counts(stage(package))
    assert (counts["ZONE_URBA"].changed, counts["ZONE_URBA"].unchanged) == (1, 3)
    assert (counts["PRESCRIPTION_SURF"].added, counts["PRESCRIPTION_SURF"].removed) == (1, 0)
    assert counts["INFO_SURF"].is_nothing


def test_datvalid_of_an_untouched_zone_stays() -> None:
    publish(sound_package())
    publish(dated_package("20250301"))
    assert set(ZoneUrba.objects.values_list("datvalid", flat=True)) == {"20220101"}


def test_an_untouched_row_is_not_dated_by_the_publication() -> None:
    publish(sound_package())
    before = dict(ZoneUrba.objects.values_list("pk", "updated_at"))
    publish(dated_package("20250301"))
    assert dict(ZoneUrba.objects.values_list("pk", "updated_at")) == before


def test_the_former_version_ends_the_day_that_the_next_one_begins() -> None:
    former = publish(sound_package())
    version = publish(dated_package("20250301"))
    former.refresh_from_db()
    assert former.state == PlanState.FORMER
    assert former.in_force_until == version.in_force_from
    assert version.replaces == former


def test_the_same_archive_gives_the_version_that_is_there() -> None:
    archive = sound_package().archive()
    first = stage(sound_package(), file=io.BytesIO(archive))
    assert stage(sound_package(), file=io.BytesIO(archive)) == first
    publish_version(visitor=system_visitor(), version=first)
    assert stage(sound_package(), file=io.BytesIO(archive)) == first


def test_publishing_twice_writes_nothing() -> None:
    version = publish(sound_package())
    before = writes()
    publish_version(visitor=system_visitor(), version=version)
    assert writes() == before


def zipped_again(package: PackageBuilder) -> bytes:
    """Return the files of a package in another archive: other days, order and compression, and a file of a system."""
    content = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(package.archive())) as former,
        zipfile.ZipFile(content, "w", zipfile.ZIP_STORED) as archive,
    ):
        archive.writestr("__MACOSX/._x", b"x")
        for name in reversed(former.namelist()):
            archive.writestr(unicodedata.normalize("NFD", name), former.read(name))
    return content.getvalue()


def test_a_package_zipped_again_is_the_version_that_is_staged_with_its_acceptances() -> None:
    package = sound_package()
    package.files["Pieces_ecrites/4_Annexes/été.pdf"] = b""
    first = stage(package)
    keys = [finding_key(each) for each in open_findings(first)]
    for key in keys:
        accept_finding(visitor=system_visitor(), version=first, key=key, reason="Vide à dessein")
    assert keys
    again = stage(package, file=io.BytesIO(zipped_again(package)))
    assert again.pk == first.pk
    assert len(open_findings(again)) == 0


def test_a_package_zipped_again_once_online_changes_nothing() -> None:
    first = publish(sound_package())
    again = import_package(
        visitor=system_visitor(), file=io.BytesIO(zipped_again(sound_package())), name="autre.zip"
    )
    assert (again.version.pk, again.is_repeated) == (first.pk, True)


@pytest.mark.parametrize("change", ["name", "bytes"])
def test_a_package_with_another_file_is_another_version(change: str) -> None:
    first = stage(sound_package())
    package = sound_package()
    path = f"Pieces_ecrites/3_Reglement/{RULES}"
    if change == "bytes":
        package.files[path] = sound_pdf(3)
    else:
        package.files["Pieces_ecrites/4_Annexes/autre.pdf"] = package.files[path]
    assert stage(package).pk != first.pk


def test_a_version_of_before_is_known_by_its_archive() -> None:
    first = stage(sound_package())
    PlanVersion.objects.update(package_hash="")
    assert stage(sound_package()).pk == first.pk


def test_the_same_rows_in_another_archive_change_no_row() -> None:
    publish(sound_package())
    before = {
        live: list(live.objects.order_by("pk").values_list("pk", "updated_at"))
        for live, _twin in TABLES.values()
    }
    package = sound_package()
    package.files["Pieces_ecrites/4_Annexes/plan.pdf"] = sound_pdf(2)
    publish(package)
    assert {
        live: list(live.objects.order_by("pk").values_list("pk", "updated_at"))
        for live, _twin in TABLES.values()
    } == before


def test_undo_brings_the_version_before_back_with_its_identifiers() -> None:
    former = publish(sound_package())
    before = rows_online()
    package = dated_package("20250301")
    package.tables["ZONE_URBA"][1] |= {"LIBELLE": "UBa"}
    del package.tables["PRESCRIPTION_SURF"][1]
    version = publish(package)
    undo_publication(visitor=system_visitor(), version=version)
    former.refresh_from_db()
    assert (former.state, former.in_force_until) == (PlanState.ONLINE, None)
    assert version.state == PlanState.WITHDRAWN
    assert rows_online() == before
    assert PrescriptionSurf.objects.count() == 2
    assert DocUrba.objects.get().idurba == IDURBA


def test_undo_of_the_first_version_leaves_nothing_online() -> None:
    version = publish(sound_package())
    undo_publication(visitor=system_visitor(), version=version)
    assert not ZoneUrba.objects.exists()
    assert not DocUrba.objects.exists()


def test_undo_of_a_staged_version_is_refused() -> None:
    with pytest.raises(VersionRefused, match="à examiner"):
        undo_publication(visitor=system_visitor(), version=stage(sound_package()))


def test_what_was_online_before_any_package_becomes_a_former_version() -> None:
    document = DocUrba.objects.create(idurba=f"{SIREN}_PLUI_20200101", nomproc="E", datappro="20200101")
    shape = Polygon.from_bbox((2.2, 48.8, 2.21, 48.81))
    row = ZoneUrba.objects.create(idurba=document, libelle="UZ", typezone="U", geom=shape)
    version = publish(sound_package())
    former = version.replaces
    assert former is not None
    assert former.state == PlanState.FORMER
    assert ZoneVersion.objects.get(version=former).feature_id == row.pk
    undo_publication(visitor=system_visitor(), version=version)
    assert ZoneUrba.objects.get().pk == row.pk


def test_what_was_edited_in_place_is_in_the_version_that_it_changes() -> None:
    former = publish(sound_package())
    ZoneUrba.objects.filter(libelle="UB").update(libelong="Corrigé en ligne")
    publish(dated_package("20250301"))
    assert ZoneVersion.objects.get(version=former, libelle="UB").libelong == "Corrigé en ligne"


def test_a_version_in_force_before_the_one_online_is_refused() -> None:
    publish(dated_package("20250301"))
    with pytest.raises(VersionRefused, match="01/03/2025"):
        publish(sound_package())


def test_a_rehearsal_counts_the_changes_and_writes_nothing() -> None:
    rehearsal = rehearse_package(
        visitor=system_visitor(), file=io.BytesIO(sound_package().archive()), name="plan.zip"
    )
    assert rehearsal.changes["ZONE_URBA"].added == 4
    assert not PlanVersion.objects.exists()
    assert not ZoneVersion.objects.exists()


def test_an_outsider_cannot_stage_a_package() -> None:
    with pytest.raises(Forbidden):
        stage(sound_package(), OUTSIDER.visitor())


def test_open_findings_stop_the_publication_until_they_are_accepted() -> None:
    package = sound_package()
    package.tables["ZONE_URBA"][1]["geom"] = box(500, 0, 1_000, 1_000) - box(998, 400, 1_000, 401)
    version = stage(package)
    assert len(open_findings(version).warnings) == 1
    with pytest.raises(Exception, match="1 constat"):
        publish_version(visitor=system_visitor(), version=version)
    assert not ZoneUrba.objects.exists()
    publish(package, accepted=["PORTAL_ZONE_GAP"])
    assert ZoneUrba.objects.count() == 4


def test_an_overlap_and_a_gap_are_listed_by_size_and_accepted_with_a_reason() -> None:
    package = sound_package()
    package.tables["ZONE_URBA"][0]["geom"] = box(0, 0, 500, 1_000).union(box(499, 500, 501, 500.4))
    package.tables["ZONE_URBA"][1]["geom"] = box(500, 0, 1_000, 1_000) - box(998, 400, 1_000, 401)
    version = stage(package)
    sizes = [(finding.code, round(finding.size, 1)) for finding in open_findings(version).warnings]
    assert sizes == [("PORTAL_ZONE_GAP", 2.0), ("PORTAL_ZONE_OVERLAP", 0.4)]
    publish(package, accepted=["PORTAL_ZONE_GAP", "PORTAL_ZONE_OVERLAP"])
    assert version.acceptances.count() == len(sizes)


def test_an_error_of_the_national_validator_may_be_accepted_for_our_site() -> None:
    package = sound_package()
    package.tables["ZONE_URBA"][0]["NOMFIC"] = "absent.pdf"
    version = stage(package)
    assert [finding.code for finding in open_findings(version).errors] != []
    publish(package, accepted=sorted({finding.code for finding in open_findings(version).errors}))
    assert ZoneUrba.objects.count() == 4


def test_rows_that_a_table_cannot_hold_refuse_the_package_and_are_named() -> None:
    package = sound_package()
    package.tables["ZONE_URBA"][0]["LIBELLE"] = "ABCDEFGHIJKLM"
    package.tables["PRESCRIPTION_SURF"][0]["STYPEPSC"] = "88"
    with pytest.raises(RowsRefused, match="ZONE_URBA, ligne 1, LIBELLE") as refused:
        stage(package)
    assert "TYPEPSC « 07-88 »" in refused.value.detail
    assert not PlanVersion.objects.exists()


def test_a_package_with_four_faults_is_refused_with_the_codes_of_the_four() -> None:
    package = sound_package()
    package.tables["ZONE_URBA"][0]["LIBELLE"] = "ABCDEFGHIJKLM"
    package.tables["ZONE_URBA"][1]["NOMFIC"] = "absent.pdf"
    package.tables["PRESCRIPTION_SURF"][1]["geom"] = package.tables["PRESCRIPTION_SURF"][0]["geom"]
    line = shapely.LineString([box(300, 300, 301, 301).centroid, box(400, 400, 401, 401).centroid])
    package.tables["INFO_LIN"] = [
        information(1, line, "L", TYPEINF="40", STYPEINF="01", SYMBOLE="INF-L_40-01_001")
    ]
    with pytest.raises(RowsRefused) as refused:
        stage(package)
    errors = [finding for finding in refused.value.findings if finding.level == "ERROR"]
    assert len(errors) == 4


def test_latin_text_declared_as_utf_8_enters_as_its_bytes_are() -> None:
    package = sound_package()
    package.tables["ZONE_URBA"][0]["LIBELONG"] = "Zone d'été à Sèvres"
    package.encodings["ZONE_URBA"] = "cp1252"
    version = stage(package)
    assert [finding["code"] for finding in version.findings] == ["TABLE_UNEXPECTED_ENCODING"]
    assert ZoneVersion.objects.get(version=version, libelle="UA").libelong == "Zone d'été à Sèvres"


def test_utf_8_text_declared_as_latin_enters_as_its_bytes_are() -> None:
    package = sound_package()
    (name,) = [name for name in package.files if name.endswith(".xml")]
    package.files[name] = metadata(charset="8859part1").encode()
    package.tables["ZONE_URBA"][0]["LIBELONG"] = "Zone d'été à Sèvres"
    version = stage(package)
    assert ZoneVersion.objects.get(version=version, libelle="UA").libelong == "Zone d'été à Sèvres"


def test_a_windows_table_beside_one_in_utf_8_without_cpg_enters_as_its_bytes_are() -> None:
    package = sound_package()
    words = "Cœur d’îlot, 5 €"
    package.tables["PRESCRIPTION_SURF"][0]["LIBELLE"] = package.tables["INFO_SURF"][0]["LIBELLE"] = words
    package.encodings["PRESCRIPTION_SURF"] = "cp1252"
    version = stage(package)
    assert PscSurfVersion.objects.filter(version=version, libelle=words).count() == 1
    assert InfoSurfVersion.objects.get(version=version).libelle == words


def test_a_geometry_of_several_parts_becomes_a_row_a_part() -> None:
    package = sound_package()
    package.tables["PRESCRIPTION_SURF"][0]["geom"] = shapely.MultiPolygon(
        [box(10, 10, 60, 60), box(70, 70, 80, 80)]
    )
    version = publish(package, accepted=["PORTAL_MULTIPART"])
    assert version.state == PlanState.ONLINE
    identifier = package.tables["PRESCRIPTION_SURF"][0]["LIB_IDPSC"]
    assert PrescriptionSurf.objects.filter(lib_idpsc=identifier).count() == 2


def test_positions_are_stored_in_degrees() -> None:
    publish(sound_package())
    west, south, _east, _north = ZoneUrba.objects.get(libelle="UA").geom.extent
    assert west == pytest.approx(2.18, abs=0.1)
    assert south == pytest.approx(48.8, abs=0.1)


def test_an_empty_template_is_refused_with_the_names_of_its_empty_tables() -> None:
    package = sound_package()
    for name in ("ZONE_URBA", "PRESCRIPTION_SURF"):
        package.tables[name] = [package.tables[name][0] | {"is_absent": True}]
    (rules,) = [name for name in package.files if name.endswith(RULES)]
    package.files[rules] = b""
    with pytest.raises(PackageRefused) as refused:
        stage(package)
    assert "Tables vides : PRESCRIPTION_SURF, ZONE_URBA." in refused.value.detail
    assert RULES in refused.value.detail
    assert not PlanVersion.objects.exists()


def test_a_discarded_version_leaves_neither_rows_nor_files() -> None:
    version = stage(sound_package())
    discard_version(visitor=system_visitor(), version=version)
    assert not WrittenPiece.objects.exists()
    assert not ZoneVersion.objects.exists()


def test_the_digest_of_a_version_changes_with_a_row() -> None:
    version = stage(sound_package())
    before = content_digest(version)
    ZoneVersion.objects.filter(version=version, libelle="UA").update(libelong="autre")
    assert content_digest(version) != before


def test_a_file_that_is_no_archive_is_refused() -> None:
    with pytest.raises(PackageRefused):
        stage_package(visitor=system_visitor(), file=io.BytesIO(b"PK nothing"), name="x.zip")
