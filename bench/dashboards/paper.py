"""The dashboard as PDF, made as the worker makes it: with nothing awake and no panel read, then again."""

from __future__ import annotations

from time import perf_counter

from django.utils import timezone, translation

from bench.dashboards.panels import forget
from bench.dashboards.site import SLUG
from bench.figures import Figure
from dashboards.paper.document import write_paper
from dashboards.paper.layout import parse_layout
from dashboards.reading.dashboard_page import open_page
from layers.visitor import Visitor

_BOUND_S = 10.0
_ASKED = {"fichier-type": ["pdf"]}


def pdf() -> list[Figure]:
    """Measure the file twice: the children that draw charts and lay pages out start with the first."""
    forget()
    with translation.override("fr"):
        return [_written(name) for name in ("nothing awake, nothing read", "once more")]


def _written(name: str) -> Figure:
    layout = parse_layout(_ASKED)
    assert layout is not None
    begun = perf_counter()
    file = write_paper(open_page(Visitor(instant=timezone.now()), SLUG, {}), layout)
    seconds = perf_counter() - begun
    if not file.content.startswith(b"%PDF-"):
        raise RuntimeError("the file is no PDF")
    measured = f"{seconds:.1f} s, {len(file.content) / 1e3:.0f} kB"
    return Figure(f"PDF, {name}", f"≤ {_BOUND_S:.0f} s", measured, seconds <= _BOUND_S)
