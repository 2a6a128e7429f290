"""``import_sup``: packages of easements with their acts; each replaces that of its authority, category and area."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from pytest_django import Settings

from planning.easements.errors import EasementsRefused
from planning.easements.services import PackageLoad
from reference_data.models import (
    Easement,
    EasementAct,
    EasementActLink,
    EasementAuthority,
    EasementPackage,
    PointGenerator,
    PublicEasement,
)
from tests.easement_packages import ACT, FOLDER, Rows, load_package, tables

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("communes")]
MODELS = (PublicEasement, EasementAct, EasementActLink, EasementAuthority, PointGenerator, Easement)


@pytest.fixture(autouse=True)
def media(settings: Settings, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


def load(acts: dict[str, bytes] | None = None) -> PackageLoad:
    return load_package(tables(), acts=acts)


def files(media: Path) -> list[Path]:
    return sorted(path for path in media.rglob("*.pdf"))


def test_every_table_is_stored_with_the_pdf_of_its_act(media: Path) -> None:
    report = load()
    assert [model._default_manager.count() for model in MODELS] == [2, 1, 2, 1, 2, 2]
    assert (report.problems, report.notices, report.acts_stored) == ([], [], 1)
    easement = Easement.objects.get(idass="AC1-130013907-12-1-1")
    assert (easement.idsup, easement.paramcalc) == ("AC1-130013907-12", 500)
    assert len(files(media)) == 1


def test_a_second_load_changes_nothing(media: Path) -> None:
    load()
    before = (files(media), list(Easement.objects.values_list("pk", "updated_at")))
    report = load()
    assert {(each.created, each.updated, each.removed) for each in report.counts.values()} == {(0, 0, 0)}
    assert (files(media), list(Easement.objects.values_list("pk", "updated_at"))) == before


def test_a_dry_run_writes_nothing(media: Path) -> None:
    report = load_package(tables(), is_dry_run=True)
    assert report.counts["ASSIETTE_SUP_S"].created == 2
    assert [model._default_manager.count() for model in (*MODELS, EasementPackage)] == [0] * 7
    assert files(media) == []


def without_the_second(content: dict[str, Rows]) -> None:
    for name in ("SERVITUDE", "SERVITUDE_ACTE_SUP", "GENERATEUR_SUP_P", "ASSIETTE_SUP_S"):
        del content[name][1]


def test_a_package_that_lost_many_perimeters_is_refused_until_that_is_accepted() -> None:
    load()
    content = tables()
    without_the_second(content)
    with pytest.raises(EasementsRefused, match="1 des 2 assiettes"):
        load_package(content)
    load_package(content, accepts_removals=True)
    assert list(Easement.objects.values_list("idass", flat=True)) == ["AC1-130013907-12-1-1"]


def test_a_package_leaves_that_of_another_area_as_it_is() -> None:
    load()
    content = tables()
    for rows in content.values():
        for row in rows:
            for name in ("idSup", "idGen", "idAss", "idActe"):
                if name in row:
                    row[name] = row[name].replace("130013907-1", "130013907-9")
    content["ACTE_SUP"][0]["idActe"] = "A-9"
    for row in content["SERVITUDE_ACTE_SUP"]:
        row["idActe"] = "A-9"
    load_package(content, folder="130013907_AC1_075_20260101")
    assert (EasementPackage.objects.count(), Easement.objects.count()) == (2, 4)


def test_rows_of_another_package_are_not_taken_from_it() -> None:
    load()
    with pytest.raises(EasementsRefused, match="lignes d’un autre paquet"):
        load_package(tables(), folder="130013907_AC1_075_20260101")


def wrong_category(content: dict[str, Rows]) -> None:
    content["ASSIETTE_SUP_S"][1]["idAss"] = "AC4-130013907-13-1-1"


def wrong_date(content: dict[str, Rows]) -> None:
    content["ACTE_SUP"][0]["dateDecis"] = "1941"


def bow_tie(content: dict[str, Rows]) -> None:
    content["ASSIETTE_SUP_S"][1]["WKT"] = "POLYGON((0 0,1 1,1 0,0 1,0 0))"


@pytest.mark.parametrize(
    ("change", "table", "reason"),
    [
        (wrong_category, "ASSIETTE_SUP_S", "le paquet est de la catégorie AC1"),
        (wrong_date, "ACTE_SUP", "date attendue"),
        (bow_tie, "ASSIETTE_SUP_S", "géométrie non valide"),
    ],
    ids=["category", "date", "geometry"],
)
def test_a_row_that_cannot_be_read_is_named_and_the_others_are_stored(
    change: Callable[[dict[str, Rows]], None], table: str, reason: str
) -> None:
    content = tables()
    change(content)
    report = load_package(content)
    assert [(name, reason in problem.sentence) for name, problem in report.problems] == [(table, True)]


def test_an_act_with_a_script_is_refused_and_said(media: Path) -> None:
    pdf = b"%PDF-1.4\n1 0 obj<</JavaScript 2 0 R>>endobj\n%%EOF\n"
    report = load(acts={ACT: pdf})
    act = EasementAct.objects.get()
    assert (bool(act.file), "élément actif" in act.fault, len(report.notices)) == (False, True, 1)
    assert files(media) == []


@pytest.mark.parametrize(
    ("folder", "left_out", "reason"),
    [
        ("servitudes", "", "nom attendu"),
        (FOLDER, "ACTE_SUP", "tables absentes : ACTE_SUP"),
    ],
    ids=["folder", "table"],
)
def test_what_is_no_package_of_the_standard_is_refused(folder: str, left_out: str, reason: str) -> None:
    content = {name: rows for name, rows in tables().items() if name != left_out}
    with pytest.raises(EasementsRefused) as refusal:
        load_package(content, folder=folder)
    assert reason.replace(" :", "\N{NO-BREAK SPACE}:") in refusal.value.detail
