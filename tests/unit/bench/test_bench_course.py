"""Every run of the benchmark has the one course: each figure is printed before the next is measured."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from bench.figures import Figure, run
from bench.runs import RUNS

ROOT = Path(__file__).resolve().parents[3]


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
    assert run(lambda: None, lambda: [Figure("first", "≤ 2 s", "1 s", is_met)]) == code


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
