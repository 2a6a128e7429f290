"""Which runs of pytest ``./portal test`` makes of its arguments, and what it runs beside them."""

import signal
from pathlib import Path

import pytest

from launcher.cli import BROWSER_TESTS, pytest_runs, selected_scripts
from launcher.steps import StepFailed, run_in_background


def test_no_argument_runs_everything_then_the_browser() -> None:
    everything, browser = pytest_runs([])
    assert f"--ignore={BROWSER_TESTS}" in everything
    assert browser[-1] == BROWSER_TESTS


def test_thorough_alone_still_runs_everything() -> None:
    assert [
        [word for word in run if word != "--thorough"] for run in pytest_runs(["--thorough"])
    ] == pytest_runs([])


def test_thorough_reaches_every_run() -> None:
    assert all("--thorough" in run for run in pytest_runs(["--thorough"]))


@pytest.mark.parametrize(
    "arguments", [["tests/unit"], ["--thorough", "tests/unit"], ["-k", "tile", "--thorough"]]
)
def test_what_is_selected_is_one_run_of_the_arguments_as_they_are(arguments: list[str]) -> None:
    assert pytest_runs(arguments) == [arguments]


def test_what_runs_beside_a_block_ends_with_it(tmp_path: Path) -> None:
    with run_in_background(["sleep", "600"], {"PATH": "/usr/bin:/bin"}, tmp_path) as program:
        before = program.poll()
    assert (before, program.returncode) == (None, -signal.SIGTERM)


def test_what_goes_with_a_block_is_kept_until_it_is_read(tmp_path: Path) -> None:
    with (tmp_path / "said").open("w+b") as said:
        with run_in_background(["echo", "fait"], {"PATH": "/usr/bin:/bin"}, tmp_path, said) as program:
            code = program.wait()
        said.seek(0)
        assert (code, said.read()) == (0, b"fait\n")


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout with two tests of JavaScript and a folder of Python tests."""
    for name in ("tests/js/map/zoom.test.mjs", "tests/js/table/rows.test.js", "tests/unit/test_one.py"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    return tmp_path


def scripts(root: Path, arguments: list[str]) -> tuple[list[str], list[str] | None]:
    files, remaining = selected_scripts(root, arguments)
    return [Path(file).name for file in files], remaining


@pytest.mark.parametrize("arguments", [[], ["--thorough"]])
def test_everything_begins_with_javascript(checkout: Path, arguments: list[str]) -> None:
    assert scripts(checkout, arguments) == (["zoom.test.mjs", "rows.test.js"], arguments)


@pytest.mark.parametrize(
    "arguments", [["tests/unit"], ["tests/unit/test_one.py::test_it", "-q"], ["-k", "tile"]]
)
def test_what_selects_python_runs_no_javascript(checkout: Path, arguments: list[str]) -> None:
    assert scripts(checkout, arguments) == ([], arguments)


@pytest.mark.parametrize(
    ("path", "files"),
    [
        ("tests/js", ["zoom.test.mjs", "rows.test.js"]),
        ("tests/js/map", ["zoom.test.mjs"]),
        ("tests/js/table/rows.test.js", ["rows.test.js"]),
    ],
)
def test_a_path_of_javascript_runs_it_alone(checkout: Path, path: str, files: list[str]) -> None:
    assert scripts(checkout, [path, "-q"]) == (files, None)


def test_paths_of_both_run_both(checkout: Path) -> None:
    assert scripts(checkout, ["tests/js/map", "tests/unit", "-q"]) == (
        ["zoom.test.mjs"],
        ["tests/unit", "-q"],
    )


def test_a_path_without_javascript_is_refused_by_its_name(checkout: Path) -> None:
    with pytest.raises(StepFailed, match="tests/js/none: no JavaScript test is there"):
        selected_scripts(checkout, ["tests/js/none"])
