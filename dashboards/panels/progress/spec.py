"""A trajectory: what was measured, a full line; what is expected, a dashed one that ends at the target.

Where the present pace leads is dotted, in a colour of its own, and each end is named beside it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import altair

from dashboards.panels.charts.marks import Encoding, haloed, mark, said
from dashboards.panels.charts.palette import MAIN
from dashboards.panels.charts.rows import Row
from dashboards.panels.charts.theme import specification
from dashboards.panels.charts.time import axis_over

_PROJECTED = "token:warn"
_ROOM = 110
"""Pixels at the right of the chart for the words of its ends."""


def progress_chart(
    measured: Sequence[Row],
    expected: Sequence[Row],
    projected: Sequence[Row],
    *,
    height: int,
    description: str,
) -> dict[str, Any]:
    """Return the specification; rows say what is written beside them (``w0``).

    ``expected`` are the reference and the target, ``projected`` the last measure and where it leads, if anywhere.
    """
    places = {
        "x": axis_over("year", room=_ROOM),
        "y": altair.Y("v0:Q", title=None, scale=altair.Scale(zero=False)),
    }
    words = {**places, "text": altair.Text("w0:N")}
    is_under = bool(projected) and projected[-1]["v0"] > expected[-1]["v0"]
    drawn = [
        mark("line", expected, places, color="token:ink-2", strokeDash=[5, 4], strokeWidth=1.5),
        mark("line", measured, places, color=MAIN),
        said("point", measured, places, color=MAIN, size=45),
        said("point", expected[-1:], places, color="token:ink-2", filled=False, size=90, strokeWidth=2),
        *_projection(projected, places),
        *haloed(expected[-1:], words, **_beside(is_under=is_under, is_alone=not projected)),
        *haloed(projected[-1:], words, **_beside(is_under=not is_under, is_alone=False)),
        *haloed(measured[-1:], words, baseline="bottom", dy=-8),
    ]
    return specification(altair.layer(*drawn), height=height, description=description)


def _projection(rows: Sequence[Row], places: Encoding) -> list[altair.Chart]:
    if not rows:
        return []
    return [
        mark("line", rows, places, color=_PROJECTED, strokeDash=[2, 3], strokeWidth=2.5),
        said("point", rows[-1:], places, color=_PROJECTED, size=60),
    ]


def _beside(*, is_under: bool, is_alone: bool) -> dict[str, Any]:
    """Return where the words of an end stand: those of two ends never on each other, however close."""
    if is_alone:
        return {"align": "left", "dx": 10}
    return {"align": "left", "dx": 10, "baseline": "top" if is_under else "bottom"}
