"""The key of a page holds the code, templates and settings that it was made with."""

from __future__ import annotations

from pathlib import Path

import pytest

from gisportal.page_cache import keys


def release() -> str:
    keys.release.cache_clear()
    return keys.release()


def test_a_release_is_the_same_in_every_process() -> None:
    assert release() == release()


def test_a_setting_makes_another_release(monkeypatch: pytest.MonkeyPatch) -> None:
    before = release()
    monkeypatch.setenv("PORTAL_CONTACT", "accueil@example.org")
    assert release() != before
    monkeypatch.undo()
    assert release() == before


def test_a_template_of_another_size_makes_another_release(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("django.conf.settings.LOCALE_PATHS", [tmp_path])
    page, releases = tmp_path / "page.html", set()
    for text in ("", "a"):
        page.write_text(text, "utf-8")
        releases.add(release())
    assert len(releases) == 2
