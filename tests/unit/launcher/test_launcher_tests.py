"""Which runs of pytest ``./portal test`` makes of its arguments, and what it runs beside them."""

import signal
from pathlib import Path

import pytest

from launcher.commands import BROWSER_TESTS, pytest_runs
from launcher.foreground import beside


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
    with beside(["sleep", "600"], {"PATH": "/usr/bin:/bin"}, tmp_path) as program:
        before = program.poll()
    assert (before, program.returncode) == (None, -signal.SIGTERM)


def test_what_goes_with_a_block_is_kept_until_it_is_read(tmp_path: Path) -> None:
    with (tmp_path / "said").open("w+b") as said:
        with beside(["echo", "fait"], {"PATH": "/usr/bin:/bin"}, tmp_path, said) as program:
            code = program.wait()
        said.seek(0)
        assert (code, said.read()) == (0, b"fait\n")
