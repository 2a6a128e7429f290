"""Panels as HTML, cached for all readers with the same answer: a long table takes time to render."""

from __future__ import annotations

from functools import partial

from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe

from dashboards.documents.document import Panel
from dashboards.reading.dashboard_page import DashboardPage
from dashboards.reading.panels import PanelReading, known_panel, panel_freshness
from dashboards.reading.presenters import PanelFrame, frame
from layers.cache import BoundedCache
from layers.formats.http_validators import HttpValidators

_drawn: BoundedCache[SafeString] = BoundedCache(4_000, most=48 * 1024 * 1024)


def drawn_panel(page: DashboardPage, panel: Panel, *, view: str) -> PanelFrame | None:
    """Return a cached panel, or one drawn from its cached answer; None for one to read."""
    fresh = panel_freshness(page, panel, view)
    if fresh is None:
        return None
    html = _drawn.known(fresh.etag)
    if html is None:
        reading = known_panel(page, panel)
        if reading is None or reading.answer is None:
            return None
        html = draw(page, panel, reading, view=view, fresh=fresh)
    return PanelFrame(panel, address="", link="", rows="", names="", html=html)


def known_drawing(fresh: HttpValidators | None) -> SafeString | None:
    """Return the panel of these validators, when it was drawn before."""
    return _drawn.known(fresh.etag) if fresh is not None else None


def draw(
    page: DashboardPage, panel: Panel, reading: PanelReading, *, view: str, fresh: HttpValidators | None
) -> SafeString:
    """Render a panel as a part of its page; one with an answer and validators is cached."""
    write = partial(_written, page, panel, reading, view)
    return write() if fresh is None or reading.fault else _drawn.recall(fresh.etag, write)


def _written(page: DashboardPage, panel: Panel, reading: PanelReading, view: str) -> SafeString:
    context = {"frame": frame(page, panel, reading, view=view), "mode": view}
    return mark_safe(render_to_string("dashboards/reading/panel.html", context))  # noqa: S308 (a template's own HTML)
