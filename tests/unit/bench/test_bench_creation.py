"""The runs of one ``./portal bench all`` publish the static files once."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest

from bench.creation import publish_files
from bench.runs import BEGUN


@pytest.mark.parametrize(
    ("begun_s", "published"),
    [(None, 1), (-60, 0), (60, 1)],
    ids=["a run alone", "since all began", "before all began"],
)
def test_files_are_published_unless_a_run_of_all_has(
    monkeypatch: pytest.MonkeyPatch,
    settings: Any,
    tmp_path: Path,
    begun_s: float | None,
    published: int,
) -> None:
    settings.STATIC_ROOT = tmp_path
    (tmp_path / "staticfiles.json").write_text("{}")
    monkeypatch.delenv(BEGUN, raising=False)
    if begun_s is not None:
        monkeypatch.setenv(BEGUN, str(time.time() + begun_s))
    commands: list[str] = []
    monkeypatch.setattr("bench.creation.call_command", lambda name, **_options: commands.append(name))
    publish_files()
    assert commands == ["collectstatic"] * published
