"""Steps say how long they took; failures say why and what to do."""

import sys
from pathlib import Path

import pytest

from launcher.steps import Screen, StepFailed, explain, run, step, tail

FAILING = "import sys; print('first'); print('disk full', file=sys.stderr); sys.exit(3)"


def test_step_prints_its_title_its_time_and_its_note(capsys: pytest.CaptureFixture[str]) -> None:
    with step("Weighing") as note:
        note.text = "3 kg"
    line = capsys.readouterr().out
    assert line.startswith("✓ Weighing ")
    assert line.endswith(" s  3 kg\n")


def test_failing_step_is_marked(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(StepFailed), step("Weighing"):
        raise StepFailed("no scales", "buy scales")
    assert capsys.readouterr().out.startswith("✗ Weighing ")


def test_cause_of_a_failing_program_is_its_last_words(tmp_path: Path) -> None:
    with pytest.raises(StepFailed) as failure:
        run([sys.executable, "-c", FAILING], log=tmp_path / "logs" / "x.log", remedy="make room")
    assert failure.value.cause == "first\ndisk full" or failure.value.cause == "disk full\nfirst"
    assert failure.value.remedy == "make room"
    assert failure.value.log == tmp_path / "logs" / "x.log"


def test_cause_holds_nothing_of_an_earlier_run(tmp_path: Path) -> None:
    log = tmp_path / "x.log"
    run([sys.executable, "-c", "print('yesterday')"], log=log, remedy="")
    with pytest.raises(StepFailed) as failure:
        run([sys.executable, "-c", FAILING], log=log, remedy="")
    assert "yesterday" not in failure.value.cause
    assert "yesterday" in log.read_text()


def test_program_that_says_nothing_is_named_with_its_code(tmp_path: Path) -> None:
    with pytest.raises(StepFailed, match="ended with 4"):
        run([sys.executable, "-c", "raise SystemExit(4)"], log=tmp_path / "x.log", remedy="")


def test_program_that_was_killed_is_said_to_be(tmp_path: Path) -> None:
    with pytest.raises(StepFailed, match="was ended by signal 9"):
        run([sys.executable, "-c", "import os; os.kill(os.getpid(), 9)"], log=tmp_path / "x.log", remedy="")


def test_program_that_does_not_exist_is_a_failed_step(tmp_path: Path) -> None:
    with pytest.raises(StepFailed, match=r"no-such-program: No such file"):
        run(["no-such-program"], log=tmp_path / "x.log", remedy="")


def test_what_is_typed_does_not_reach_the_log(tmp_path: Path) -> None:
    run([sys.executable, "-c", "input()"], log=tmp_path / "x.log", remedy="", typed="secret\n")
    assert "secret" not in (tmp_path / "x.log").read_text()


def test_explanation_shows_cause_remedy_and_log() -> None:
    text = explain(StepFailed("one\ntwo", "do this", Path("/logs/x.log")))
    assert [line.strip() for line in text.splitlines()] == [
        "cause:  one",
        "two",
        "remedy: do this",
        "log:    /logs/x.log",
    ]


def test_tail_of_a_missing_log_is_empty(tmp_path: Path) -> None:
    assert tail(tmp_path / "none.log") == ""


def test_last_line_says_what_is_being_done_and_what_is_left() -> None:
    screen = Screen()
    screen.begin("Weighing")
    screen.forecast = lambda elapsed, done: 40.0 - elapsed["Weighing"]
    assert screen.status(screen._started["Weighing"] + 12.0, 80) == "  … Weighing 12 s; about 28 s left"


def test_last_line_fits_the_terminal() -> None:
    screen = Screen()
    for title in ("Weighing", "Measuring", "Counting"):
        screen.begin(title)
    screen.forecast = lambda elapsed, done: 40.0
    line = screen.status(screen._started["Counting"] + 12.0, 40)
    assert len(line) < 40
    assert line.endswith("…; about 40 s left")


def test_a_forecast_that_is_over_is_not_said() -> None:
    screen = Screen()
    screen.begin("Weighing")
    screen.forecast = lambda elapsed, done: 0.0
    assert screen.status(screen._started["Weighing"], 80) == "  … Weighing 0 s"
