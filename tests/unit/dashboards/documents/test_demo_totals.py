"""On a dashboard of the demonstration the totals of one layer are equal, or their difference is named."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from django.conf import settings

from dashboards.documents.document import Panel
from dashboards.documents.parsing import document_of
from dashboards.filters.conditions import main_condition, panels_of
from dashboards.registry import PANEL_KINDS

FILES = sorted((Path(settings.BASE_DIR) / "fixtures" / "dashboards").glob("*.yaml"))


def panels(path: Path) -> list[Panel]:
    """Return the panels of a file, those of its includes apart."""
    return list(panels_of(document_of(yaml.safe_load(path.read_text("utf-8")))))


def writes_total(panel: Panel) -> bool:
    """Whether a panel writes how many features there are: a ring, or a figure of all of them."""
    question = panel.question
    if question is None or question.relation or question.measures[:1] not in {(), ("count",)}:
        return False
    return PANEL_KINDS[panel.kind].shows_total or (panel.kind == "figure" and not question.filter)


def test_there_are_twenty_two_dashboards() -> None:
    assert len(FILES) == 22


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_totals_of_one_layer_are_those_of_the_page(path: Path) -> None:
    read = panels(path)
    differ = [
        panel.id
        for panel in read
        if panel.question is not None
        and writes_total(panel)
        and panel.question.filter != main_condition(read, panel.question.layer)
    ]
    assert differ == []
