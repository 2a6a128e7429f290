"""The figures as a table people read and a build can judge."""

from __future__ import annotations

from collections.abc import Sequence

from bench.measures import Figure

_MARKS = {True: "ok", False: "NOT MET", None: "–"}


def table(figures: Sequence[Figure]) -> str:
    """Return the figures as aligned columns."""
    rows = [("Figure", "Bound", "Measured", "")]
    rows += [(figure.name, figure.bound, figure.measured, _MARKS[figure.is_met]) for figure in figures]
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = ["  ".join(f"{cell:<{width}}" for cell, width in zip(row, widths, strict=True)) for row in rows]
    return "\n".join(line.rstrip() for line in [lines[0], "─" * sum(widths), *lines[1:]])


def exit_code(figures: Sequence[Figure]) -> int:
    """Return 1 when a bound is missed."""
    return int(any(figure.is_met is False for figure in figures))
