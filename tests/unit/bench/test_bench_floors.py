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
