"""What a run measures, and the one course of all runs: prepare, print each figure as it is measured, then a table."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

# Above this load of the machine before a run, its times are longer than they would be.
QUIET_LOAD = 0.5
_MARKS = {True: "ok", False: "NOT MET", None: "–"}


@dataclass(frozen=True, slots=True)
class Figure:
    """A measured value and its bound; ``is_met`` is None when there is no bound."""

    name: str
    bound: str
    measured: str
    is_met: bool | None = None


def run(
    prepare: Callable[..., object], measures: Callable[..., Iterable[Figure]], arguments: Sequence[str] = ()
) -> int:
    """Prepare, measure, and return the exit code: 1 when a bound is missed. Both take the arguments of the run."""
    print("Preparing…", flush=True)
    prepare(*arguments)
    load = os.getloadavg()[0]
    print(f"Measuring on {os.cpu_count()} cores, load {load:.2f}", flush=True)
    figures = []
    for figure in measures(*arguments):
        print(f"  {_MARKS[figure.is_met]:<7}  {figure.name}: {figure.measured}", flush=True)
        figures.append(figure)
    print(f"\n{table(figures)}\n\nLoad at the end: {os.getloadavg()[0]:.2f}", flush=True)
    if load > QUIET_LOAD:
        print("The machine was busy before the run: the times are higher than its own.")
    return int(any(figure.is_met is False for figure in figures))


def table(figures: Sequence[Figure]) -> str:
    """Return the figures as aligned columns."""
    rows = [("Figure", "Bound", "Measured", "")]
    rows += [(figure.name, figure.bound, figure.measured, _MARKS[figure.is_met]) for figure in figures]
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = ["  ".join(f"{cell:<{width}}" for cell, width in zip(row, widths, strict=True)) for row in rows]
    return "\n".join(line.rstrip() for line in [lines[0], "─" * sum(widths), *lines[1:]])
