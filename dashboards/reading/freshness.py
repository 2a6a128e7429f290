"""Whether a reader already has a panel: its validators, made without asking the data anything."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path

from dashboards.documents.document import Panel
from dashboards.reading.dashboard_page import DashboardPage
from dashboards.reading.panel_reading import identity_of_answer, panel_request, scope_of_answer
from layers.errors import LayersError
from layers.formats.http_validators import HttpValidators, http_validators

_HOME = Path(__file__).resolve().parents[1]


def panel_freshness(page: DashboardPage, panel: Panel, view: str) -> HttpValidators | None:
    """Return the validators of a panel as a part of its page; None for one that asks nothing, or cannot be asked.

    Its tag holds the rights of the reader, the data of every layer that it reads, the question, the words of the
    document, where it is seen (``view``), and the code that draws it: panels of one tag are written alike. Others may
    keep it when everybody reads the dashboard and its layers alike.
    """
    if panel.question is None:
        return None
    try:
        request = panel_request(page, panel, page.filters_of(panel))
    except LayersError:
        return None
    scope = scope_of_answer(page, request)
    are_rasters_public = all(raster.is_public for raster in page.rasters.values())
    is_public = scope.is_public and are_rasters_public and page.dashboard.is_public and not page.state.version
    parts = (*identity_of_answer(request), *_of_the_page(page), scope.can_download, view, _code())
    shared = replace(scope, is_public=is_public)
    return http_validators(shared, scope.version, (str(part) for part in parts))


def _of_the_page(page: DashboardPage) -> Iterator[object]:
    """Yield what a panel says of its page: where it is, what it calls its fields, and what is asked of it."""
    yield page.dashboard.slug
    yield page.document.links
    yield page.state


@cache
def _code() -> int:
    """Return when the code and the templates that draw panels were last written: the same in every process."""
    drawn = (path for pattern in ("*.py", "*.html") for path in _HOME.rglob(pattern))
    return max(path.stat().st_mtime_ns for path in drawn)
