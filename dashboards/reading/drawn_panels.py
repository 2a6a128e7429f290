"""Panels as they are written in a page, remembered for all who read them alike: a long table is many words."""

from __future__ import annotations

from functools import partial

from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe

from dashboards.documents.document import Panel
from dashboards.reading.dashboard_page import DashboardPage
from dashboards.reading.panels import PanelReading, cached_panel, panel_freshness
from dashboards.reading.presenters import PanelFrame, frame
from layers.cache import BoundedCache
from layers.formats.http_validators import HttpValidators

_html_cache: BoundedCache[SafeString] = BoundedCache(4_000, most=48 * 1024 * 1024)


def cached_frame(page: DashboardPage, panel: Panel, *, view: str) -> PanelFrame | None:
    """Return a panel that was drawn before, or whose answer is remembered; None for one that must be asked."""
    fresh = panel_freshness(page, panel, view)
    if fresh is None:
        return None
    html = _html_cache.get(fresh.etag)
    if html is None:
        reading = cached_panel(page, panel)
        if reading is None or reading.answer is None:
            return None
        html = draw(page, panel, reading, view=view, fresh=fresh)
    return PanelFrame(panel, address="", link="", rows="", names="", html=html)


def cached_panel_html(fresh: HttpValidators | None) -> SafeString | None:
    """Return the panel of these validators, when it was drawn before."""
    return _html_cache.get(fresh.etag) if fresh is not None else None


def draw(
    page: DashboardPage, panel: Panel, reading: PanelReading, *, view: str, fresh: HttpValidators | None
) -> SafeString:
    """Write a panel as a part of its page; what has an answer and validators is remembered."""
    write = partial(_written, page, panel, reading, view)
    return write() if fresh is None or reading.fault else _html_cache.recall(fresh.etag, write)


def _written(page: DashboardPage, panel: Panel, reading: PanelReading, view: str) -> SafeString:
    context = {"frame": frame(page, panel, reading, view=view), "mode": view}
    return mark_safe(render_to_string("dashboards/reading/panel.html", context))  # noqa: S308 (a template's own HTML)
