"""Every word of the command line says what it does, and a word that is none is refused by its name."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from bench import runs
from launcher.cli import asks_for_help, parser

ROOT = Path(__file__).resolve().parents[3]
WORDS = ("up", "down", "test", "check", "bench", "manage", "cluster", "reset")


def portal(*arguments: str, data: Path) -> "subprocess.CompletedProcess[str]":
    """Run the launcher as ``./portal`` does, in a data folder where nothing is."""
    environ = {**os.environ, "PORTAL_DATA": str(data), "COLUMNS": "120"}
    return subprocess.run(
        [sys.executable, "-m", "launcher", *arguments],
        cwd=ROOT,
        env=environ,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize("word", WORDS)
def test_a_word_answers_help_and_starts_nothing(word: str, tmp_path: Path) -> None:
    answer = portal(word, "--help", data=tmp_path / "data")
    assert answer.returncode == 0
    assert answer.stdout.startswith(f"usage: ./portal {word} [-h]")
    assert not (tmp_path / "data").exists()


def test_the_help_of_all_names_every_word(tmp_path: Path) -> None:
    lines = portal("--help", data=tmp_path).stdout
    assert re.findall(r"^    (\w+) ", lines, re.MULTILINE) == list(WORDS)


@pytest.mark.parametrize(
    ("word", "arguments", "is_ours"),
    [
        ("test", ["tests/unit", "-q", "--help"], True),
        ("bench", ["attack", "-h"], True),
        ("manage", ["--help"], True),
        ("manage", ["migrate", "--help"], False),
        ("test", ["tests/unit"], False),
    ],
)
def test_help_is_ours_unless_a_django_command_is_asked(
    word: str, arguments: list[str], is_ours: bool
) -> None:
    assert asks_for_help(word, arguments) is is_ours


def test_an_unknown_word_is_refused_with_those_there_are(tmp_path: Path) -> None:
    answer = portal("nonsense", data=tmp_path / "data")
    assert answer.returncode == 2
    assert "invalid choice: 'nonsense'" in answer.stderr
    assert all(word in answer.stderr for word in WORDS)


def test_an_unknown_run_is_refused_with_those_there_are(tmp_path: Path) -> None:
    answer = portal("bench", "nonsense", data=tmp_path / "data")
    assert answer.returncode == 2
    assert "invalid choice: 'nonsense'" in answer.stderr
    assert all(name in answer.stderr for name in runs.NAMES)
    assert not (tmp_path / "data").exists()


def test_an_argument_that_a_run_does_not_take_is_refused_by_its_name(tmp_path: Path) -> None:
    answer = portal("bench", "browser", "nonsense", data=tmp_path / "data")
    assert answer.returncode == 1
    assert "bench browser takes no argument, not 'nonsense'" in answer.stderr


@pytest.mark.parametrize("name", runs.NAMES)
def test_the_help_of_the_benchmark_names_each_run(name: str) -> None:
    assert re.search(rf"^  {name}\b", runs.help_text(), re.MULTILINE)


def test_a_cluster_is_started_or_stopped(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        parser().parse_args(["cluster", "restart"])
    assert "invalid choice: 'restart'" in capsys.readouterr().err
