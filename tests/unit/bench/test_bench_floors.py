"""A floor runs under the settings that the portal's own statement has."""

from __future__ import annotations

import subprocess
from typing import Any

import pytest

from bench.floors import Psql

_TIMES = "Time: 2.0 ms\nTime: 1.0 ms\n"


@pytest.mark.parametrize(
    ("is_parallel", "options"), [(False, "-c max_parallel_workers_per_gather=0"), (True, "")]
)
def test_a_floor_has_no_more_parallel_workers_than_the_server_gives(
    monkeypatch: pytest.MonkeyPatch, is_parallel: bool, options: str
) -> None:
    environments: list[dict[str, str]] = []

    def started(command: list[str], *, env: dict[str, str], **_more: Any) -> subprocess.CompletedProcess[str]:
        environments.append(env)
        return subprocess.CompletedProcess(command, 0, stdout=_TIMES, stderr="")

    monkeypatch.setattr("bench.floors.shutil.which", lambda _name: "/usr/bin/psql")
    monkeypatch.setattr("bench.floors.subprocess.run", started)
    Psql(0, is_parallel=is_parallel).milliseconds("SELECT 1")
    assert environments[0]["PGOPTIONS"] == options


def test_several_statements_are_a_page_after_another(monkeypatch: pytest.MonkeyPatch) -> None:
    scripts: list[str] = []

    def started(command: list[str], *, input: str, **_more: Any) -> subprocess.CompletedProcess[str]:
        scripts.append(input)
        times = "".join(f"Time: {time}.0 ms\n" for time in (9, 9, 9, 1, 2, 6))
        return subprocess.CompletedProcess(command, 0, stdout=times, stderr="")

    monkeypatch.setattr("bench.floors.shutil.which", lambda _name: "/usr/bin/psql")
    monkeypatch.setattr("bench.floors.subprocess.run", started)
    assert Psql(0).milliseconds("SELECT 1", "SELECT 2", "SELECT 3") == 2
    assert scripts[0].splitlines()[2:] == [f"SELECT {number};" for number in (1, 2, 3, 1, 2, 3)]
