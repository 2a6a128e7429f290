"""``import_plu`` and ``undo_plu``: a package from the archive to what is online, and back."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from gisportal.journal.models import JournalEntry
from gisportal.journal.vocabulary import Event
from plui.models import DocUrba, PlanVersion, ZoneUrba
from plui.vocabulary import PlanState
from tests.plu_packages import IDURBA, PackageBuilder, box, sound_package
from tests.plu_town import create_communes, dated_package

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def town(catalogue: object, media: object) -> None:
    create_communes()


def run(name: str, *arguments: Any) -> str:
    output = io.StringIO()
    call_command(name, *map(str, arguments), stdout=output, stderr=io.StringIO())
    return output.getvalue()


def written(package: PackageBuilder, folder: Path) -> Path:
    path = folder / f"{package.folder}.zip"
    path.write_bytes(package.archive())
    return path


def with_a_gap() -> PackageBuilder:
    package = sound_package()
    package.tables["ZONE_URBA"][1]["geom"] = box(500, 0, 1_000, 1_000) - box(998, 400, 1_000, 401)
    return package


def test_a_dry_run_says_what_changes_and_writes_nothing(tmp_path: Path) -> None:
    output = run("import_plu", written(sound_package(), tmp_path), "--dry-run")
    assert "ZONE_URBA\u00a0: 4 ajoutés" in output
    assert "cnig_PLUi_2025" in output
    assert not PlanVersion.objects.exists()


def test_a_package_is_published_by_one_command(tmp_path: Path) -> None:
    output = run("import_plu", written(sound_package(), tmp_path), "--publish")
    assert "En ligne, en vigueur depuis le 15/01/2024." in output
    assert ZoneUrba.objects.count() == 4


def test_the_same_archive_again_says_that_nothing_changed(tmp_path: Path) -> None:
    path = written(sound_package(), tmp_path)
    run("import_plu", path, "--publish")
    output = run("import_plu", path, "--publish")
    assert "déjà chargée" in output
    assert "0 ajoutés, 0 modifiés, 0 supprimés, 4 inchangés" in output
    assert PlanVersion.objects.count() == 1


def test_open_findings_leave_the_former_state(tmp_path: Path, media: Path) -> None:
    with pytest.raises(CommandError, match="1 constat"):
        run("import_plu", written(with_a_gap(), tmp_path), "--publish")
    assert not PlanVersion.objects.exists()
    assert not ZoneUrba.objects.exists()
    assert [path for path in media.rglob("*") if path.is_file()] == []


def test_findings_are_accepted_by_code_with_a_reason(tmp_path: Path) -> None:
    run(
        "import_plu",
        written(with_a_gap(), tmp_path),
        "--publish",
        "--accept",
        "PORTAL_ZONE_GAP=Limite du cadastre",
    )
    assert PlanVersion.objects.get().acceptances.get().reason == "Limite du cadastre"
    assert ZoneUrba.objects.count() == 4


@pytest.mark.parametrize("option", [("--accept", "PORTAL_ZONE_GAP"), ("--from", "demain")])
def test_an_option_that_cannot_be_read_is_named(tmp_path: Path, option: tuple[str, str]) -> None:
    with pytest.raises(CommandError, match=option[1]):
        run("import_plu", written(sound_package(), tmp_path), *option)


def test_a_later_first_day_waits_for_it(tmp_path: Path) -> None:
    output = run("import_plu", written(sound_package(), tmp_path), "--publish", "--from", "2099-01-01")
    assert "mise en ligne le 01/01/2099" in output
    assert PlanVersion.objects.get().state == PlanState.STAGED
    assert not ZoneUrba.objects.exists()


def test_json_has_the_changes_by_table(tmp_path: Path) -> None:
    document = json.loads(run("import_plu", written(sound_package(), tmp_path), "--json"))
    assert document["changes"]["ZONE_URBA"] == {"added": 4, "changed": 0, "unchanged": 0, "removed": 0}
    assert document["state"] == "staged"


def test_undo_names_the_version_that_is_online_again(tmp_path: Path) -> None:
    run("import_plu", written(sound_package(), tmp_path), "--publish")
    later = dated_package("20250301")
    run("import_plu", written(later, tmp_path), "--publish")
    output = run("undo_plu", IDURBA.replace("20240115", "20250301"))
    assert IDURBA in output
    assert DocUrba.objects.get().idurba == IDURBA


def test_undo_as_json_has_the_numbers_of_both_versions(tmp_path: Path) -> None:
    run("import_plu", written(sound_package(), tmp_path), "--publish")
    document = json.loads(run("undo_plu", IDURBA, "--json"))
    assert document == {"undone": PlanVersion.objects.get().pk, "online": None}


def test_undo_of_an_unknown_version_is_refused() -> None:
    with pytest.raises(CommandError, match="inconnu_1"):
        run("undo_plu", "inconnu_1")


def test_a_package_that_is_no_archive_is_refused_with_its_name(tmp_path: Path) -> None:
    path = tmp_path / "faux.zip"
    path.write_bytes(b"PK")
    with pytest.raises(CommandError, match=r"faux\.zip"):
        run("import_plu", path)


def test_each_step_is_in_the_journal(tmp_path: Path) -> None:
    run("import_plu", written(with_a_gap(), tmp_path), "--publish", "--accept", "PORTAL_ZONE_GAP=Vu")
    run("undo_plu", IDURBA)
    steps = [entry.detail["step"] for entry in JournalEntry.objects.filter(event=Event.PLAN).order_by("pk")]
    assert steps == ["staged", "finding-accepted", "online", "undone"]
