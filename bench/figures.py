"""The figures of a run, and the one course of all runs: prepare, print each figure as it is measured, then a table."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

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


@dataclass(frozen=True, slots=True)
class Measures:
    """The figures of a run in the order of their measure, its seconds, and the load of the machine before it."""

    figures: Sequence[Figure]
    seconds: float
    load: float

    @property
    def exit_code(self) -> int:
        """1 when a bound is missed, else 0."""
        return int(any(figure.is_met is False for figure in self.figures))


Choice = TypeVar("Choice")
# The parts that ``--only`` names; none are all. Whether the run is short (``--brief``).
_selected: frozenset[str] = frozenset()
_is_brief = False


def by_length(full: Choice, brief: Choice) -> Choice:
    """Return how often, or how long, a run measures: less in a brief one, as ``./portal bench all`` has them."""
    return brief if _is_brief else full


def is_selected(name: str) -> bool:
    """Whether a part of the run is measured (``--only``)."""
    return not _selected or name in _selected


def part(
    name: str, measure: Callable[..., Iterable[Figure]], *arguments: object, **named: object
) -> Iterator[Figure]:
    """Measure a part of a run by its name in ``bench.runs``, unless ``--only`` names others."""
    if is_selected(name):
        yield from measure(*arguments, **named)


def run(
    prepare: Callable[..., object],
    measures: Callable[..., Iterable[Figure]],
    arguments: Sequence[str] = (),
    *,
    only: Sequence[str] = (),
    is_brief: bool = False,
) -> Measures:
    """Prepare and measure; both take the arguments of the run. ``only`` names the parts to measure."""
    global _is_brief, _selected  # a process measures one run
    _selected, _is_brief = frozenset(only), is_brief
    print("Preparing…", flush=True)
    prepare(*arguments)
    load = os.getloadavg()[0]
    print(f"Measuring on {os.cpu_count()} cores, load {load:.2f}", flush=True)
    figures, started = [], time.monotonic()
    for figure in measures(*arguments):
        seconds = time.monotonic() - started
        print(f"  {seconds:4.0f} s  {_MARKS[figure.is_met]:<7}  {figure.name}: {figure.measured}", flush=True)
        figures.append(figure)
    print(f"\n{table(figures)}\n\nLoad at the end: {os.getloadavg()[0]:.2f}", flush=True)
    if load > QUIET_LOAD:
        print("The machine was busy before the run: the times are higher than its own.")
    return Measures(figures, time.monotonic() - started, load)


def table(figures: Sequence[Figure]) -> str:
    """Return the figures as aligned columns."""
    rows = [("Figure", "Bound", "Measured", "")]
    rows += [(figure.name, figure.bound, figure.measured, _MARKS[figure.is_met]) for figure in figures]
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = ["  ".join(f"{cell:<{width}}" for cell, width in zip(row, widths, strict=True)) for row in rows]
    return "\n".join(line.rstrip() for line in [lines[0], "─" * sum(widths), *lines[1:]])
