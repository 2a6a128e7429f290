"""The figures of a run, and the one course of all runs: prepare, print each figure as it is measured, then a table."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from statistics import mean, median
from typing import TypeVar

from bench.machine_speed import machine_speed

# Above this load of the machine before a run, its times are longer than they would be.
QUIET_LOAD = 0.5
_MARKS = {True: "ok", False: "NOT MET", None: "–"}
_SLOW = "slow"


class Late(float):
    """By how many times a time is over its bound; false, as a bound that is missed."""

    def __bool__(self) -> bool:
        return False


def in_time(measured: float, most: float, *others: bool) -> bool | Late:
    """Judge a bound in time, with other bounds of the same figure: a time alone over its bound is ``Late``."""
    if measured <= most or not all(others):
        return all(others)
    return Late(measured / most)


def fast_enough(rate: float, least: float) -> bool | Late:
    """Judge a bound of answers a second, or of another rate."""
    return in_time(1 / rate, 1 / least) if rate and least else rate >= least


def medians(pairs: Sequence[tuple[float, float]]) -> tuple[float, float]:
    """Return the median of the floor and that of the portal."""
    return median(floor for floor, _ours in pairs), median(ours for _floor, ours in pairs)


def median_ratio(pairs: Iterable[tuple[float, float]]) -> float:
    """Return how many times the first of a pair the second takes: both were measured just after each other.

    Medians of each, divided, would hold what slows the machine down in between.
    """
    return median(ours / floor for floor, ours in pairs)


@dataclass(frozen=True, slots=True)
class Figure:
    """A measured value and its bound; ``is_met`` is None when there is no bound.

    ``slowness`` is how many times as long as the reference machine this one took while the figure was measured. A time
    that is over its bound by less is marked as slow: the reference machine meets it (ADR 0112).
    """

    name: str
    bound: str
    measured: str
    is_met: bool | Late | None = None
    slowness: float = 1.0

    @property
    def is_slow(self) -> bool:
        """Whether the bound was missed by no more than this machine is slower than the reference machine."""
        return isinstance(self.is_met, Late) and self.is_met <= self.slowness

    @property
    def is_missed(self) -> bool:
        """Whether the bound is missed, on the reference machine too."""
        return self.is_met is not None and not self.is_met and not self.is_slow

    @property
    def mark(self) -> str:
        """The word of the last column."""
        return _SLOW if self.is_slow else _MARKS[None if self.is_met is None else bool(self.is_met)]


@dataclass(frozen=True, slots=True)
class Measures:
    """The figures of a run in the order of their measure, its seconds, and the load of the machine before it."""

    figures: Sequence[Figure]
    seconds: float
    load: float

    @property
    def slowness(self) -> float:
        """How many times as long as the reference machine this one took, over the figures."""
        return mean(figure.slowness for figure in self.figures) if self.figures else 1.0

    @property
    def exit_code(self) -> int:
        """1 when a bound is missed, else 0."""
        return int(any(figure.is_missed for figure in self.figures))


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
    load, figures, started = os.getloadavg()[0], [], time.monotonic()
    print(f"Measuring on {os.cpu_count()} cores, load {load:.2f}", flush=True)
    with machine_speed() as speed:
        for each in measures(*arguments):
            figure = replace(each, slowness=speed.slowness())
            seconds = time.monotonic() - started
            print(f"  {seconds:4.0f} s  {figure.mark:<7}  {figure.name}: {figure.measured}", flush=True)
            figures.append(figure)
    measured = Measures(figures, time.monotonic() - started, load)
    print(f"\n{table(figures)}\n\nLoad at the end: {os.getloadavg()[0]:.2f}", flush=True)
    print(f"This machine took {measured.slowness:.2f} × as long as the reference machine.", flush=True)
    for figure in figures:
        if figure.is_slow:
            print(
                f"slow: {figure.name}: {figure.is_met:.2f} × its bound, machine {figure.slowness:.2f} × as slow"
            )
    if load > QUIET_LOAD:
        print("The machine was busy before the run: the times are higher than its own.")
    return measured


def table(figures: Sequence[Figure]) -> str:
    """Return the figures as aligned columns."""
    rows = [("Figure", "Bound", "Measured", "")]
    rows += [(figure.name, figure.bound, figure.measured, figure.mark) for figure in figures]
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = ["  ".join(f"{cell:<{width}}" for cell, width in zip(row, widths, strict=True)) for row in rows]
    return "\n".join(line.rstrip() for line in [lines[0], "─" * sum(widths), *lines[1:]])
