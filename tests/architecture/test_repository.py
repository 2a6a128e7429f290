"""What is committed belongs anywhere: no path of a machine, no host of a private registry, no secret."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable

from tests.architecture.tree import committed, text

BINARY = (
    ".png",
    ".jpg",
    ".jpeg",
    ".webp",
    ".woff2",
    ".gz",
    ".zip",
    ".gpkg",
    ".shp",
    ".dbf",
    ".shx",
    ".mo",
    ".xlsx",
)
HOME = re.compile(r"(?<![\w.])/(?:root|home/\w+|Users/\w+|work/\w+)/")
INDEX = re.compile(r"--(?:extra-)?index-url[ =]\S+|^\s*registry\s*=", re.MULTILINE)
KEY = re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----|\bAKIA[0-9A-Z]{16}\b")
SLEEP = re.compile(r"\b(?:time|asyncio)\.sleep\(|\bwait_for_timeout\(")
# What waits until something is true, and a program of the tests that is made to be killed.
MAY_SLEEP = {"tests/waiting.py", "tests/unit/sandbox/targets.py"}
RERUN = re.compile(r"\b(?:flaky|reruns?|pytest_rerunfailures)\b|mark\.xfail|mark\.skip\(")
NAMES = {"utils", "helpers", "common", "mixins", "misc", "manager", "handler"}


def texts() -> list[str]:
    return [path for path in committed() if not path.endswith(BINARY)]


def holding(pattern: re.Pattern[str], paths: Iterable[str]) -> list[str]:
    here = "tests/architecture/test_repository.py"
    return [path for path in paths if path != here and pattern.search(text(path))]


def python_tests() -> list[str]:
    return [path for path in committed(".py") if path.startswith("tests/")]


def test_no_file_names_a_place_of_a_machine() -> None:
    assert holding(HOME, texts()) == []


def test_no_file_names_a_package_index() -> None:
    assert holding(INDEX, texts()) == []


def test_node_packages_say_no_place_to_fetch_them_from() -> None:
    packages = json.loads(text("package-lock.json"))["packages"]
    assert [name for name, package in packages.items() if "resolved" in package] == []


def test_every_dependency_is_pinned_by_its_content() -> None:
    packages = json.loads(text("package-lock.json"))["packages"]
    loose = [name for name, package in packages.items() if name and "integrity" not in package]
    assert (loose, text("requirements.txt").count("--hash=sha256:") > 10) == ([], True)


def test_installer_is_pinned_by_its_content() -> None:
    pinned, *hashes = text("requirements-installer.txt").split("--hash=sha256:")
    assert pinned.startswith("uv==")
    assert len(hashes) > 10


def test_no_test_sleeps() -> None:
    assert set(holding(SLEEP, python_tests())) - MAY_SLEEP == set()


def test_no_test_is_run_again_expected_to_fail_or_left_out() -> None:
    assert holding(RERUN, python_tests()) == []


def test_no_file_holds_a_private_key() -> None:
    assert holding(KEY, texts()) == []


def test_no_module_is_named_after_nothing() -> None:
    parts = {path: set(path.removesuffix(".py").split("/")) for path in committed(".py")}
    assert {path for path, names in parts.items() if names & NAMES} == set()


def test_third_party_files_are_not_committed() -> None:
    assert [
        path for path in committed() if "node_modules/" in path or path.endswith((".min.js", ".min.css"))
    ] == []


def test_an_image_holds_neither_the_repository_nor_secrets_nor_tests() -> None:
    assert {".git", ".env", "tests"} <= set(text(".dockerignore").splitlines())


def test_the_server_in_front_lists_no_folder() -> None:
    assert "autoindex" not in text("deploy/nginx.conf")
