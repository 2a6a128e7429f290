"""Inside a child, nothing but the file can be reached, and every limit is in force."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from sandbox import probe, supervisor
from sandbox.limits import MEGABYTE, Limits
from tests.waiting import until

LIMITS = Limits(
    memory=100 * MEGABYTE,
    cpu_seconds=7,
    wall_seconds=20,
    files=32,
    file_bytes=3 * MEGABYTE,
    output_bytes=MEGABYTE,
)


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    folder = tmp_path_factory.mktemp("portail")
    secret = folder / "secret"
    secret.write_text("mot de passe")
    with (folder / "fichier").open("w+b") as file:
        running = supervisor.start(
            "sandbox.probe:serve", file=file, arguments={"outside": str(secret)}, limits=LIMITS
        )
        with running:
            told: dict[str, Any] = running.receive()[0]
    return told


@pytest.mark.parametrize("name", probe.ATTEMPTS)
def test_child_cannot(told: dict[str, Any], name: str) -> None:
    assert name not in told["possible"]


def test_child_inherits_no_secret(told: dict[str, Any]) -> None:
    assert [
        name for name in told["environment"] if name in {"PORTAL_SECRET_KEY", "DATABASE_URL", "HOME"}
    ] == []


def test_child_inherits_nothing_that_the_portal_is_told(told: dict[str, Any]) -> None:
    assert [name for name in told["environment"] if name.startswith(("PORTAL_", "DJANGO_", "PG"))] == []


def test_child_holds_its_file_and_its_channel_alone(told: dict[str, Any]) -> None:
    assert told["descriptors"] == [0, 1, 2, 3, 4]


@pytest.mark.parametrize(("name", "most"), [("CPU", 7), ("NOFILE", 32), ("FSIZE", 3 * MEGABYTE), ("CORE", 0)])
def test_limit_is_in_force(told: dict[str, Any], name: str, most: int) -> None:
    assert told["limits"][name] == most


def test_memory_of_a_child_is_bounded(told: dict[str, Any]) -> None:
    assert 100 * MEGABYTE < told["limits"]["DATA"] < 1024 * MEGABYTE


def test_address_space_of_a_child_is_bounded(told: dict[str, Any]) -> None:
    assert told["limits"]["AS"] < 2048 * MEGABYTE


def test_folder_of_a_child_is_private(told: dict[str, Any]) -> None:
    assert told["mode"] == "0o700"


def test_folder_of_a_child_goes_with_it(told: dict[str, Any]) -> None:
    until(lambda: not Path(told["folder"]).exists())


def test_fork_server_has_no_secret_either(told: dict[str, Any]) -> None:
    environment = Path(f"/proc/{supervisor.server.pid}/environ").read_bytes()
    assert os.environ["PORTAL_SECRET_KEY"].encode() not in environment
