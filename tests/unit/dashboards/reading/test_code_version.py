"""The version of the code in the validators of a panel: all that an upgrade may change of its words."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from django.conf import settings

from dashboards.reading import panels


def test_the_code_of_a_panel_is_that_of_every_application_and_the_catalogues() -> None:
    names = {folder.relative_to(settings.BASE_DIR).as_posix() for folder in panels.code_folders()}
    assert {"dashboards", "heritage", "interface", "layers", "locale", "styles"} <= names
    assert not {name for name in names if name.startswith((".venv", "node_modules"))}


@pytest.mark.parametrize("name", ["wording.py", "templates/unit.html", "LC_MESSAGES/django.mo"])
def test_a_file_that_changes_makes_another_version(tmp_path: Path, name: str) -> None:
    first, second = tmp_path / "dashboards" / "kind.py", tmp_path / "interface" / name
    for path in (first, second):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"")
        os.utime(path, (1_000, 1_000))
    before = panels.code_version([first.parent, tmp_path / "interface"])
    os.utime(second, (2_000, 2_000))
    assert panels.code_version([first.parent, tmp_path / "interface"]) != before
