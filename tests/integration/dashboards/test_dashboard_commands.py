"""Dashboards from the command line: a file in, the same file out, faults with their lines."""

from __future__ import annotations

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from dashboards.models import Dashboard
from tests.world import World

WHOLE = """\
slug: jeux
title: Aires de jeux
audience: public
purpose:
  decision: Quelles aires refaire
  by: Le conseil
sections:
  - id: s
    title: S
    panels:
      - id: total
        kind: figure
        title: Aires de jeux
        question:
          layer: aires-de-jeux
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "jeux.yaml"
    path.write_text(WHOLE, encoding="utf-8")
    return path


def test_a_file_is_imported_and_exported_word_for_word(world: World, file: Path) -> None:
    call_command("import_dashboard", file, stdout=StringIO())
    told = StringIO()
    call_command("export_dashboard", "jeux", stdout=told)
    assert told.getvalue() == WHOLE


def test_a_draft_is_not_published(world: World, file: Path) -> None:
    call_command("import_dashboard", file, "--draft", stdout=StringIO())
    assert Dashboard.objects.get().published is None


def test_a_draft_that_names_other_readers_says_that_they_wait(world: World, file: Path) -> None:
    call_command("import_dashboard", file, stdout=StringIO())
    file.write_text(WHOLE.replace("audience: public", "audience: {groups: [Urbanisme]}"), encoding="utf-8")
    output = StringIO()
    call_command("import_dashboard", file, "--draft", stdout=output)
    assert Dashboard.objects.get().is_public
    assert "inchangés" in output.getvalue()


def test_a_fault_is_told_with_the_file_its_line_and_its_key(world: World, file: Path) -> None:
    file.write_text(WHOLE.replace("figure", "chiffre"), encoding="utf-8")
    with pytest.raises(CommandError) as refused:
        call_command("import_dashboard", file)
    assert str(file) in str(refused.value)
    assert "ligne 12, sections[0].panels[0].kind" in str(refused.value)


def test_a_file_that_is_not_there_is_named(db: None, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"absent\.yaml"):
        call_command("import_dashboard", tmp_path / "absent.yaml")


def test_a_dashboard_that_is_not_there_is_named(db: None) -> None:
    with pytest.raises(CommandError, match="absent"):
        call_command("export_dashboard", "absent")
