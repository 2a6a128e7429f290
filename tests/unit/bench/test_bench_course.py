"""Every run of the benchmark has the one course: each figure is printed before the next is measured."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

from bench import figures
from bench.figures import Figure, Late, by_length, fast_enough, in_time, median_ratio, part, run
from bench.machine_speed import REFERENCE_MS, MachineSpeed
from bench.runs import ALL, RUNS, fault, parts_of, run_all

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(autouse=True)
def watched(monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
    """Return what a process beside the run tells, in place of one."""
    output: list[bytes] = []

    @contextmanager
    def watch() -> Iterator[MachineSpeed]:
        read, write = os.pipe()
        os.write(write, b"".join(output))
        os.close(write)
        with open(read, "rb", buffering=0) as lines:
            yield MachineSpeed(lines)

    monkeypatch.setattr(figures, "machine_speed", watch)
    return output


def test_a_figure_is_printed_before_the_next_is_measured(capsys: pytest.CaptureFixture[str]) -> None:
    before: list[str] = []

    def measures() -> Iterator[Figure]:
        yield Figure("first", "≤ 2 s", "1 s", True)
        before.append(capsys.readouterr().out)
        yield Figure("second", "", "2 s")

    run(lambda: None, measures)
    assert "first: 1 s" in before[0]
    assert "second" not in before[0]


def test_the_table_has_every_figure_with_its_bound(capsys: pytest.CaptureFixture[str]) -> None:
    run(lambda: None, lambda: [Figure("first", "≤ 2 s", "1 s", True), Figure("second", "", "2 s")])
    table = capsys.readouterr().out.partition("Bound")[2]
    assert [cell.strip() for cell in table.splitlines()[2].split("  ") if cell] == [
        "first",
        "≤ 2 s",
        "1 s",
        "ok",
    ]


@pytest.mark.parametrize(("is_met", "code"), [(True, 0), (None, 0), (False, 1)])
def test_a_missed_bound_is_the_exit_code(is_met: bool | None, code: int) -> None:
    assert run(lambda: None, lambda: [Figure("first", "≤ 2 s", "1 s", is_met)]).exit_code == code


def test_a_time_over_its_bound_is_late_unless_another_bound_is_missed() -> None:
    assert in_time(2.0, 2.0, True) is True
    assert in_time(3.0, 2.0, False) is in_time(1.0, 2.0, False) is False
    late = in_time(3.0, 2.0, True)
    assert (late, bool(late)) == (Late(1.5), False)
    assert isinstance(fast_enough(80.0, 120.0), Late)
    assert fast_enough(0.0, 120.0) is False


def test_a_ratio_is_that_of_what_was_measured_together() -> None:
    assert median_ratio([(1.0, 1.2), (2.0, 2.4), (1.0, 3.0)]) == pytest.approx(1.2)


@pytest.mark.parametrize(
    ("is_met", "mark", "code"), [(Late(1.4), "slow", 0), (Late(1.6), "NOT MET", 1), (False, "NOT MET", 1)]
)
def test_a_late_figure_is_judged_by_the_speed_of_the_machine(
    is_met: bool | Late, mark: str, code: int, watched: list[bytes], capsys: pytest.CaptureFixture[str]
) -> None:
    watched.append(b"34.0\n38.0\n")
    measures = run(
        lambda: None, lambda: [Figure("first", "≤ 2 s", "2.8 s", is_met), Figure("second", "", "1 s")]
    )
    assert (measures.figures[0].mark, measures.exit_code, measures.slowness) == (mark, code, 1.5)
    output = capsys.readouterr().out
    assert ("slow: first: 1.40 × its bound, machine 1.50 × as slow" in output) is (mark == "slow")


def test_the_speed_is_that_since_it_was_asked() -> None:
    read_end, write_end = os.pipe()
    with open(read_end, "rb", buffering=0) as lines:
        speed = MachineSpeed(lines)
        assert speed.slowness() == 1.0
        os.write(write_end, b"84.0\n56")
        assert speed.slowness() == 84 / REFERENCE_MS
        assert speed.slowness() == 84 / REFERENCE_MS
        os.write(write_end, b".0\n")
        assert speed.slowness() == 56 / REFERENCE_MS
        os.write(write_end, b"1.0\n")
        assert speed.slowness() == 1.0
        os.close(write_end)
        assert speed.slowness() == 1.0


def test_the_process_beside_a_run_tells_its_milliseconds() -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "bench.machine_speed"], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    with process:
        assert float(process.stdout.readline()) > 0
        process.kill()


def test_arguments_reach_what_prepares_and_what_measures() -> None:
    received: list[str] = []

    def measures(*names: str) -> list[Figure]:
        received.extend(names)
        return [Figure(name, "", "") for name in names]

    run(lambda *names: received.extend(names), measures, ["a"])
    assert received == ["a", "a"]


@pytest.mark.parametrize("name", RUNS)
def test_a_run_leaves_printing_to_the_course(name: str) -> None:
    """A run prepares and yields figures: it has no course of its own, and prints no table."""
    tree = ast.parse((ROOT / f"{RUNS[name].module.replace('.', '/')}.py").read_text(encoding="utf-8"))
    functions = {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)}
    assert any(isinstance(node, ast.Yield | ast.YieldFrom) for node in ast.walk(functions["measures"]))
    assert "main" not in functions


def test_only_the_parts_that_are_named_are_measured() -> None:
    def measures() -> Iterator[Figure]:
        for name in ("page", "tiles", "exports"):
            yield from part(name, lambda name: [Figure(name, "", "1 s")], name)

    assert [figure.name for figure in run(lambda: None, measures, only=["tiles", "page"]).figures] == [
        "page",
        "tiles",
    ]
    assert len(run(lambda: None, measures).figures) == 3


@pytest.mark.parametrize(
    "name", [name for name in RUNS if RUNS[name].parts and name not in {"load", "nearby"}]
)
def test_the_parts_of_a_run_are_those_that_it_measures(name: str) -> None:
    source = (ROOT / f"{RUNS[name].module.replace('.', '/')}.py").read_text(encoding="utf-8")
    named = set(re.findall(r"(?:part|is_selected)\(\s*\"([\w-]+)\"", source))
    assert named == set(RUNS[name].parts)


@pytest.mark.parametrize(
    ("run_name", "arguments", "only", "words"),
    [
        ("browser", ["x"], [], "bench browser takes no argument, not 'x'"),
        ("wfs", [], ["layer", "tiles"], "bench wfs has no part 'tiles': there are layer, peers"),
        ("", [], ["nothing"], "bench of no name has no part 'nothing'"),
        ("frames", [], ["x"], "bench frames has no part 'x': it has none"),
        (ALL, [], ["x"], "bench all has no part 'x': there are basic, attack"),
    ],
)
def test_a_wrong_argument_is_named(run_name: str, arguments: list[str], only: list[str], words: str) -> None:
    assert fault(run_name, arguments, only).startswith(words)
    assert (
        fault("attack", ["idle-connections"], []) == fault("", [], ["page"]) == fault(ALL, [], ["wfs"]) == ""
    )


def test_all_runs_each_run_and_a_failure_stops_none(capsys: pytest.CaptureFixture[str]) -> None:
    started: list[list[str]] = []

    def start(words: Sequence[str]) -> int:
        started.append(list(words))
        return int(words[0] == "matched")

    assert run_all(start=start) == 1
    assert [words[0] for words in started[1:]] == [name for name in parts_of(ALL)[1:] if name != "imports"]
    output = capsys.readouterr().out
    assert re.search(r"^matched +0\.0  NOT MET$", output, re.MULTILINE)
    assert output.index("wfs: 0.0 minutes") < output.index("Run ")
    assert run_all(["basic", "imports"], start=start) == 0
    assert started[-2:] == [["--brief"], ["imports", "--brief"]]


def test_all_gives_the_longest_runs_less_to_measure() -> None:
    started: list[list[str]] = []

    def start(words: Sequence[str]) -> int:
        started.append(list(words))
        return 0

    run_all(start=start)
    memory = next(words for words in started if words[0] == "memory")
    assert memory == ["memory", "3000", "--brief"]
    assert all(words[-1] == "--brief" for words in started)


def test_what_another_run_measures_is_measured_once_by_all() -> None:
    for name, row in RUNS.items():
        parts = set(row.parts)
        assert row.is_repeated == bool(name and parts and parts <= set(RUNS[""].parts))


@pytest.mark.parametrize(("is_brief", "turns"), [(True, 2), (False, 10)])
def test_a_brief_run_measures_less_often(is_brief: bool, turns: int) -> None:
    def measures() -> list[Figure]:
        return [Figure("turns", "", str(by_length(10, 2)))]

    assert run(lambda: None, measures, is_brief=is_brief).figures[0].measured == str(turns)
