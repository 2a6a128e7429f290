"""A new kind of panel is one folder: once registered it is read, fitted, set, said, sketched, printed, taken as CSV."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from dashboards.builder.sentences import sentence
from dashboards.builder.settings import changed, settings_form
from dashboards.documents.document import Document, Panel, Section
from dashboards.models import Dashboard, PaperForm
from dashboards.panels.downloads import panel_file
from dashboards.panels.fitting import fit_panel
from dashboards.paper.document import write_paper
from dashboards.paper.layout import PaperLayout
from dashboards.reading.cards import tiles
from dashboards.reading.dashboard_page import DashboardPage, open_document
from dashboards.reading.grid import sketch
from dashboards.registry import PANEL_KINDS
from layers.errors import LayersError
from tests.builder import controls_of, faults_of, making, values_of
from tests.integration.dashboards.panels.ranking.kind import RANKING
from tests.panels import page_of, presented, read_panel
from tests.people import ADMINISTRATOR, PLANNER
from tests.selections import visitor
from tests.world import PLAYGROUNDS, World

pytestmark = pytest.mark.usefixtures("registered")


@pytest.fixture
def registered(world: World, monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    """The kind in the registry, and its template beside those of the portal."""
    monkeypatch.setitem(PANEL_KINDS, RANKING.name, RANKING)  # type: ignore[arg-type]  # a Mapping for everybody else
    folder = str(Path(__file__).parent / "ranking" / "templates")
    settings.TEMPLATES = [
        {**engine, "DIRS": [*engine.get("DIRS", ()), folder]} for engine in settings.TEMPLATES
    ]


def a_page() -> DashboardPage:
    """Return a page of one panel of the kind."""
    panel = Panel(**{**{name: getattr(ranking(), name) for name in Panel.__slots__}, "id": "rangs"})
    document = Document("essai", "Essai", sections=(Section("s", "", (panel,)),))
    return open_document(visitor(ADMINISTRATOR), Dashboard(slug="essai", title="Essai"), document)


def ranking() -> Panel:
    """Return a panel of the kind as the portal makes it."""
    return making("ranking", PLAYGROUNDS, by=("commune",)).panel


def test_it_is_made_under_its_title_in_its_size() -> None:
    panel = ranking()
    assert panel.title == "Palmarès, Aires de jeux par commune"
    assert (panel.width, panel.height) == RANKING.size


def test_it_is_read_and_written_by_its_template() -> None:
    assert read_panel("ranking", PLAYGROUNDS, by=("commune",), person=PLANNER).value == 3
    page = page_of(presented("ranking", PLAYGROUNDS, by=("commune",), person=PLANNER))
    assert '<ol class="ranking"><li>Meudon</li>' in page


def test_any_other_kind_becomes_it_and_it_becomes_any_other() -> None:
    draft = making("ranking", PLAYGROUNDS, by=("commune",))
    assert draft.source is not None
    suited = [
        kind for kind in PANEL_KINDS.values() if kind.needs_question and not kind.unsuitable(draft.source)
    ]
    panels = {kind.name: fit_panel(draft.panel, kind, draft.source) for kind in suited}
    panels |= {f"from {name}": fit_panel(panel, RANKING, draft.source) for name, panel in panels.items()}
    assert {panel.kind for name, panel in panels.items() if name.startswith("from")} == {"ranking"}
    assert faults_of(panels, draft.maker) == []


def test_every_control_of_its_settings_leads_to_a_panel_that_reads() -> None:
    draft = making("ranking", PLAYGROUNDS, by=("commune",))
    panels: dict[str, Panel] = {}
    refused: list[str] = []
    for control in controls_of(draft):
        for value in values_of(control):
            try:
                panels[f"{control.change}={value!r}"] = changed(draft, control.change, value).panel
            except LayersError as error:
                refused.append(f"{control.change}={value!r}: {error.detail}")
    assert refused == []
    assert any(name.startswith("options.count") for name in panels)
    assert faults_of(panels, draft.maker) == []


def test_it_stands_among_the_kinds_that_are_offered() -> None:
    form = settings_form(making("figure", PLAYGROUNDS))
    assert [
        (kind.title, kind.icon, kind.obstacle) for kind in form.other_kinds if kind.name == "ranking"
    ] == [("Palmarès", "list", "")]


def test_it_says_what_it_shows() -> None:
    said = sentence(making("ranking", PLAYGROUNDS, by=("commune",)))
    assert said == "Le nombre d’<b>aires de jeux</b> par <b>commune</b>."


def test_it_is_sketched_by_its_shape() -> None:
    assert sketch(a_page().document.sections).parts[0].glyph == "rows"


def test_it_is_seen_in_a_miniature() -> None:
    (tile,) = tiles(a_page())
    assert tile.miniature.lines[0] == ("Meudon", "2")


def test_it_is_printed() -> None:
    html = write_paper(a_page(), PaperLayout(form=PaperForm.HTML)).content.decode()
    assert '<ol class="ranking"><li>Meudon</li>' in html


def test_it_is_taken_away_as_csv() -> None:
    answer = read_panel("ranking", PLAYGROUNDS, by=("commune",), person=PLANNER)
    lines = panel_file(ranking(), answer, "csv").content.decode("utf-8-sig").splitlines()
    assert lines[1] == "Meudon;2"
