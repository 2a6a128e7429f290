"""Processor seconds of tests, by file: what other programs of the machine do leaves them as they are."""

from __future__ import annotations

import os
from collections import Counter, defaultdict
from collections.abc import Generator

import pytest

_PROPERTY = "processor seconds"


class Costs:
    """A plugin that sums what tests and the programs they waited for cost, and names the files that cost most.

    The seconds of the database server are not among them.
    """

    def __init__(self, files: int) -> None:
        self._files = files
        self._until = _spent()
        self._seconds = defaultdict[str, float](float)
        self._tests = Counter[str]()

    def pytest_collection_finish(self) -> None:
        """Leave out what collecting the tests took."""
        self._until = _spent()

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(self) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Write into the report of each phase what was spent since the last one; workers send it with the report."""
        report = yield
        until = _spent()
        report.user_properties = [*report.user_properties, (_PROPERTY, until - self._until)]
        self._until = until
        return report

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Add a report to those of its file."""
        file = report.nodeid.partition("::")[0]
        self._tests[file] += report.when == "call"
        self._seconds[file] += sum(value for name, value in report.user_properties if name == _PROPERTY)

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Print the files that cost most."""
        terminalreporter.write_sep("=", "processor seconds")
        for line in self.lines():
            terminalreporter.write_line(line)

    def lines(self) -> list[str]:
        """Return a line for each of the costliest files: its seconds, its tests, its path; and the sum of all."""
        costliest = sorted(self._seconds, key=lambda file: self._seconds[file], reverse=True)[: self._files]
        rows = [(self._seconds[file], self._tests[file], file) for file in costliest]
        rows.append((sum(self._seconds.values()), sum(self._tests.values()), "all"))
        return [f"{seconds:8.2f}  {tests:5d}  {file}" for seconds, tests, file in rows]


def _spent() -> float:
    """Return the processor seconds of this process and of its children that ended."""
    return sum(os.times()[:4])
