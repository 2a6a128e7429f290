"""A panel asks the rows of its layer one statement, whatever its kind, with filters of the page and without."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from amenities.models import Inspection, Playground
from dashboards.panels.kinds import PanelRequest
from dashboards.registry import PANEL_KINDS
from heritage.models import RemarkableTree
from layers.cache import clear_caches
from tests import factories
from tests.factories import MEUDON
from tests.panels import panel_request
from tests.people import ADMINISTRATOR
from tests.world import PLAYGROUNDS, TREES

pytestmark = pytest.mark.django_db

WAY = {"reference": {"date": "2012-01-01", "value": 0}, "target": {"date": "2030-01-01", "value": 20}}
MONTH, SPREAD = "month:date_releve", "bins5:hauteur"
# A question of each kind; the layer is that of the trees, unless records are asked.
QUESTIONS: dict[str, dict[str, Any]] = {
    "figure": {},
    "bar": {"by": ("genre",)},
    "stacked_bar": {"by": ("commune", "genre")},
    "line": {"by": (MONTH,)},
    "area": {"by": (MONTH, "genre")},
    "histogram": {"by": (SPREAD,)},
    "heat_table": {"by": ("commune", "genre")},
    "donut": {"by": ("genre",)},
    "small_multiples": {"by": ("genre", MONTH)},
    "scatter": {"fields": ("hauteur", "circonference")},
    "map": {"by": ("commune",), "options": {"mode": "choropleth"}},
    "table": {"fields": ("genre", "hauteur"), "sort": ("-hauteur",)},
    "gallery": {"layer": PLAYGROUNDS, "relation": "photos"},
    "progress": {"by": (MONTH,), "options": WAY},
    "outline": {"options": {"level_1": "genre", "level_2": "espece", "state": "genre"}},
    # Without points to draw: these are read in one more statement for each relation, whatever the number of rows.
    "tracking": {"options": {"measure": "hauteur", "state": "genre"}},
    "trajectory": {"options": {"measure": "hauteur", "state": "genre"}},
    "due": {"layer": PLAYGROUNDS, "relation": "inspections"},
    "sheet": {"fields": ("genre", "hauteur")},
}
# Other forms of kinds that have several.
FORMS: dict[str, tuple[str, dict[str, Any]]] = {
    "a table of groups": ("table", {"by": ("genre",), "measures": ("count", "avg:hauteur")}),
    "a table of records": ("table", {"layer": PLAYGROUNDS, "relation": "inspections"}),
    "a cloud of groups": ("scatter", {"by": ("genre",), "measures": ("count", "avg:hauteur")}),
    "a figure of a year": ("figure", {"by": ("year:date_releve",)}),
    "circles of communes": ("map", {"by": ("commune",), "options": {"mode": "symbols"}}),
    "circles of features": ("map", {"options": {"mode": "symbols", "value": "hauteur"}}),
    "a map of categories": ("map", {"options": {"mode": "categories"}}),
    "groups of points": ("map", {"options": {"mode": "clusters"}}),
    "a map of density": ("map", {"options": {"mode": "heat"}}),
}
ASKED = {kind: (kind, question) for kind, question in QUESTIONS.items()} | FORMS
TABLES = [model._meta.db_table for model in (RemarkableTree, Playground, Inspection)]


@pytest.fixture
def town(catalogue: object) -> None:
    """Trees with numbers and days, and a playground that was looked at."""
    with factories.in_bulk():
        for number in range(1, 7):
            day = dt.date(2024, number, 1)
            factories.tree(f"Arbre {number}", genre=f"G{number % 3}", hauteur=number, date_releve=day)
    today = timezone.localdate()
    Inspection.objects.create(
        playground=factories.playground("Square"),
        type="annuel",
        date=today,
        prochaine_echeance=today + dt.timedelta(10),
        resultat="conforme",
    )


def asking(name: str, **filters: str) -> PanelRequest:
    """Return a panel as the page asks it."""
    kind, question = ASKED[name]
    words = {"layer": TREES, "person": ADMINISTRATOR, **question}
    return panel_request(kind, words.pop("layer"), filters=filters, **words)


def reads(request: PanelRequest) -> list[str]:
    """Return the statements that read rows of a layer while a panel is computed."""
    PANEL_KINDS[request.panel.kind].read(
        request
    )  # what is remembered for every panel: communes, days of change
    version = request.scope.version
    clear_caches()
    with CaptureQueriesContext(connection) as captured:
        PANEL_KINDS[request.panel.kind].read(request)
    assert request.scope.version == version
    return [
        query["sql"]
        for query in captured
        if any(f'"{table}"' in query["sql"] for table in TABLES) and not query["sql"].startswith("EXPLAIN")
    ]


def test_every_kind_that_asks_is_counted() -> None:
    # A raster is read from its file; a spatial join asks a statement for each value of the other layer.
    others = {"text", "raster_by_commune", "spatial_join"}
    assert {kind for kind, _question in ASKED.values()} | others == set(PANEL_KINDS)


@pytest.mark.parametrize("name", ASKED)
def test_a_panel_asks_one_statement(town: None, name: str) -> None:
    found = reads(asking(name))
    assert len(found) == 1, "\n".join(found)


@pytest.mark.parametrize("name", ASKED)
def test_a_panel_under_a_filter_of_the_page_asks_one_statement(town: None, name: str) -> None:
    found = reads(asking(name, commune=MEUDON))
    assert len(found) == 1, "\n".join(found)
