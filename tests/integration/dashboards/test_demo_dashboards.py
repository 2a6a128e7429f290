"""The dashboards of the demonstration are valid, whatever their layers hold."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.conf import settings

from dashboards.documents import document_values, parse_document
from dashboards.reading.dashboard_page import open_page
from dashboards.reading.panel_reading import read_panel
from dashboards.registry import PANEL_KINDS
from dashboards.services.exchange import export_dashboard, import_dashboard
from gisportal.demo.dashboards import DASHBOARDS, load_dashboards
from gisportal.demo.people import load_groups
from layers.models import Commune
from layers.visitor import system_visitor
from tests import people
from tests.world import World

FILES = sorted((settings.BASE_DIR / "fixtures" / "dashboards").glob("*.yaml"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_dashboard_of_the_demonstration_is_valid(catalogue: dict[str, Commune], path: Path) -> None:
    load_groups()
    text, visitor = path.read_text(encoding="utf-8"), system_visitor()
    row = import_dashboard(text=text, kinds=PANEL_KINDS.values(), visitor=visitor)
    said = parse_document(export_dashboard(dashboard=row, visitor=visitor), PANEL_KINDS.values())[0]
    written = parse_document(text, PANEL_KINDS.values())[0]
    assert row.slug == path.stem
    assert document_values(said) == document_values(written)


def test_every_panel_of_the_demonstration_answers(world: World) -> None:
    load_groups()
    load_dashboards()
    visitor = people.ADMINISTRATOR.visitor()
    pages = [open_page(visitor, name, {}) for name in DASHBOARDS]
    readings = {
        (page.dashboard.slug, panel.id): read_panel(page, panel) for page in pages for panel in page.panels
    }
    assert {place: reading.fault for place, reading in readings.items() if reading.fault} == {}
    assert [note for page in pages for note in page.notes] == []


def test_the_demonstration_loads_every_file() -> None:
    assert sorted(DASHBOARDS) == [path.stem for path in FILES]
