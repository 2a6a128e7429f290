"""Which Debian package is chosen, and what a caller without rights is told."""

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from launcher import packages
from launcher.packages import BROWSER, DATABASE, Need, browser, node_version
from launcher.steps import StepFailed

OFFERED = """\
postgresql-9.6-postgis-3 - Geographic objects support for PostgreSQL 9.6
postgresql-15-postgis-3 - Geographic objects support for PostgreSQL 15
postgresql-17-postgis-3 - Geographic objects support for PostgreSQL 17
postgresql-17-postgis-3-scripts - SQL scripts
postgresql-18 - The World's Most Advanced Open Source Relational Database
"""


def never() -> bool:
    return False


@pytest.fixture
def need() -> Need:
    return Need("Imaginary", "^imaginary[0-9]*$", "imaginary7", never)


@pytest.fixture
def apt_says(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    return lambda text: monkeypatch.setattr(packages, "_offered", lambda _pattern: text)


def test_newest_server_with_postgis_is_chosen_and_not_the_newest_server() -> None:
    assert packages.newest(OFFERED, DATABASE[0].pattern) == "postgresql-17-postgis-3"


def test_versions_are_compared_as_numbers() -> None:
    assert packages.newest("libgdal9 - old\nlibgdal36 - new\n", "^libgdal[0-9]+$") == "libgdal36"


def test_nothing_offered_gives_no_package() -> None:
    assert packages.newest("", "^libgdal[0-9]+$") is None


def test_usual_name_is_given_when_apt_knows_nothing(need: Need, apt_says: Callable[[str], None]) -> None:
    apt_says("")
    assert packages.package_names([need]) == ["imaginary7"]


def test_name_of_this_release_is_given_when_apt_knows_it(need: Need, apt_says: Callable[[str], None]) -> None:
    apt_says("imaginary8 - Something\n")
    assert packages.package_names([need]) == ["imaginary8"]


def test_browser_tests_install_the_library_of_playwrights_program(
    monkeypatch: pytest.MonkeyPatch, apt_says: Callable[[str], None]
) -> None:
    apt_says("")
    monkeypatch.setattr(packages, "find_library", lambda _name: None)
    assert "libatomic1" in packages.package_names([need for need in BROWSER if not need.is_met()])


def test_met_needs_ask_nothing_of_apt(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packages, "package_names", lambda _needs: pytest.fail("apt was asked"))
    met = Need("Present", "^present$", "present", lambda: True)
    assert packages.ensure([met], log=tmp_path / "apt.log") == "nothing to install"


def test_caller_without_root_is_told_the_exact_command(
    need: Need, apt_says: Callable[[str], None], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    apt_says("imaginary8 - Something\n")
    monkeypatch.setattr(packages, "root_prefix", lambda: None)
    monkeypatch.setattr(shutil, "which", lambda name: f"/usr/bin/{name}")
    with pytest.raises(StepFailed) as failure:
        packages.ensure([need], log=tmp_path / "apt.log")
    assert failure.value.cause == "missing Debian packages: imaginary8"
    assert failure.value.remedy.endswith("apt-get install --no-install-recommends imaginary8")


def test_package_that_is_too_old_is_said_after_its_installation(need: Need) -> None:
    with pytest.raises(StepFailed, match="still missing after installing nodejs: Imaginary"):
        packages.verify([need], ["nodejs"])


def test_browser_without_windows_comes_before_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: f"/usr/bin/{name}")
    assert browser() == "/usr/bin/chromium-headless-shell"


@pytest.mark.parametrize(
    ("offered", "package"),
    [("chromium-headless-shell - web browser\n", "chromium-headless-shell"), ("", "chromium")],
)
def test_browser_to_install_is_the_lightest_of_this_release(
    apt_says: Callable[[str], None], offered: str, package: str
) -> None:
    apt_says(offered)
    assert packages.package_names(BROWSER[:1]) == [package]


@pytest.mark.parametrize(
    ("said", "major"), [("v20.19.2\n", 20), ("v9.0.0", 9), ("", 0), ("node: not found", 0)]
)
def test_node_version_is_its_major_number(said: str, major: int) -> None:
    assert node_version(said) == major


def test_what_is_installed_is_not_started(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    policy = tmp_path / "policy-rc.d"
    monkeypatch.setattr(packages, "NO_SERVICES", policy)
    with packages.no_services([]):
        during = subprocess.run([policy], check=False).returncode
    assert (during, policy.exists()) == (101, False)


def test_a_policy_of_the_administrator_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    policy = tmp_path / "policy-rc.d"
    policy.write_text("#!/bin/sh\nexit 0\n")
    monkeypatch.setattr(packages, "NO_SERVICES", policy)
    with packages.no_services([]):
        pass
    assert policy.read_text().endswith("exit 0\n")
