"""The costs of files: ``./portal test --costs`` names the costliest first."""

from __future__ import annotations

import pytest

from tests.costs import Costs


def report(file: str, when: str, seconds: float) -> pytest.TestReport:
    """Return the report of a phase, as a worker sends it."""
    return pytest.TestReport(
        f"{file}::test",
        (file, 1, "test"),
        {},
        "passed",
        None,
        when,  # type: ignore[arg-type]
        user_properties=[("processor seconds", seconds), ("another", 9)],
    )


def test_the_costliest_files_come_first_with_all_their_phases() -> None:
    costs = Costs(2)
    for file, seconds in {"a.py": 0.5, "b.py": 2.0, "c.py": 1.0}.items():
        for when in ("setup", "call", "teardown"):
            costs.pytest_runtest_logreport(report(file, when, seconds))
    assert [line.split() for line in costs.lines()] == [
        ["6.00", "1", "b.py"],
        ["3.00", "1", "c.py"],
        ["10.50", "3", "all"],
    ]
