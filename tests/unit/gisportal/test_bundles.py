"""Joining files says what is wrong in them, and is silent about what somebody else's file might mean."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from pytest_django import Settings

from gisportal import static_files

DOUBTFUL = "export const isNothing = (value) => value === NaN;\n"  # esbuild warns of it


def test_a_warning_about_a_package_is_not_printed(
    tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    settings.DATA_DIR = tmp_path
    monkeypatch.setitem(static_files.JOINED, "vendor/doubtful.js", DOUBTFUL)
    assert static_files.joined_file("vendor/doubtful.js").is_file()
    assert capfd.readouterr() == ("", "")


def test_a_warning_about_a_bundle_is_not_printed(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    entry = tmp_path / static_files.SCRIPTS[0]
    entry.parent.mkdir(parents=True)
    entry.write_text(DOUBTFUL)
    assert static_files.join(tmp_path) == [static_files.SCRIPTS[0]]
    assert capfd.readouterr() == ("", "")


def test_an_import_that_leads_nowhere_is_named(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    entry = tmp_path / static_files.SCRIPTS[0]
    entry.parent.mkdir(parents=True)
    entry.write_text('import "./nowhere.js";\n')
    with pytest.raises(subprocess.CalledProcessError):
        static_files.join(tmp_path)
    assert "nowhere.js" in capfd.readouterr().err
