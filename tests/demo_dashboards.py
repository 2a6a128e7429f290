"""The dashboards of the demonstration, once it is loaded: what they answer, what they say, what their files say."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.conf import settings

from dashboards.documents import document_values, parse_document
from dashboards.models import Dashboard
from dashboards.reading.dashboard_page import DashboardPage, open_page
from dashboards.reading.filter_bar import counted_if_possible, main_layer
from dashboards.reading.panels import read_panel
from dashboards.registry import PANEL_KINDS
from dashboards.services.versions import export_dashboard
from gisportal.demo.dashboards import DASHBOARDS
from layers.visitor import Visitor, system_visitor


def pages(visitor: Visitor) -> list[DashboardPage]:
    """Return every dashboard of the demonstration, opened."""
    return [open_page(visitor, name, {}) for name in DASHBOARDS]


def faults(page: DashboardPage) -> dict[str, str]:
    """Return why panels of a page answer nothing, by their names."""
    found = {panel.id: read_panel(page, panel).fault for panel in page.panels}
    return {name: fault for name, fault in found.items() if fault}


def miscounted(page: DashboardPage) -> dict[str, int | None]:
    """Return the count of a page's bar and that of most panels about the same features, where they differ."""
    main = main_layer(page)
    if main is None:
        return {}
    about = [
        (panel, question)
        for panel in page.panels
        if (question := panel.question) and question.layer == main.scope.slug
    ]
    features = [panel for panel, question in about if not question.relation]
    panels = features or [panel for panel, _question in about]
    counts = Counter(answer.matched for panel in panels if (answer := read_panel(page, panel).answer))
    bar = counted_if_possible(main).matched
    return {} if counts[bar] == max(counts.values()) else {"bar": bar, "panels": counts.most_common(1)[0][0]}


def published() -> dict[str, Any]:
    """Return what the dashboards say, by their slugs."""
    found = {row.slug: row for row in Dashboard.objects.all()}
    return {
        slug: _values(export_dashboard(dashboard=row, visitor=system_visitor()))
        for slug, row in found.items()
    }


def written() -> dict[str, Any]:
    """Return what the files say, by their names."""
    files = (settings.BASE_DIR / "fixtures" / "dashboards").glob("*.yaml")
    return {path.stem: _values(path.read_text(encoding="utf-8")) for path in files}


def _values(text: str) -> Any:
    """Return the values of a document; its groups have no order."""
    found = document_values(parse_document(text, PANEL_KINDS.values())[0])
    if isinstance(audience := found.get("audience"), dict):
        audience |= {name: sorted(names) for name, names in audience.items()}
    return found
