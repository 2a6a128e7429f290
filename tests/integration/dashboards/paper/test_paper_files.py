"""What the file of a dashboard holds: its reader's own rows, everything it needs, and no address that is fetched."""

from __future__ import annotations

import re
from dataclasses import replace
from io import BytesIO
from typing import Any

import pytest
from pypdf import PdfReader

from dashboards.models import Orientation, PaperForm, PaperSize
from dashboards.paper import document, html
from dashboards.paper.document import write_paper
from dashboards.paper.layout import PaperLayout
from dashboards.paper.pages import page_counts
from dashboards.paper.rows import DENSITIES, MAX_PAGES
from dashboards.reading.dashboard_page import open_page
from dashboards.reading.panels import read_panel
from layers.errors import ExportFailed
from tests import dashboards
from tests.factories import MEUDON
from tests.pdf import alternatives, bookmarks, sheets
from tests.people import OUTSIDER, PLANNER, PUBLIC, TOWN_AGENT, Person
from tests.world import PLAYGROUNDS, TREES, World

PANELS: list[dict[str, Any]] = [
    {"id": "n", "kind": "figure", "title": "Arbres", "width": 3, "question": {"layer": TREES}},
    {
        "id": "aires",
        "kind": "table",
        "title": "Les aires de jeux",
        "width": 9,
        "question": {"layer": PLAYGROUNDS},
    },
    {
        "id": "carte",
        "kind": "map",
        "title": "Arbres par commune",
        "question": {"layer": TREES},
        "options": {"mode": "choropleth"},
    },
    {
        "id": "mots",
        "kind": "text",
        "title": "Mots",
        "options": {"text": "[Carte](/carte/) ![plan](/plan.png)"},
    },
]
HTML = PaperLayout(form=PaperForm.HTML)
# What a browser fetches by itself: not the address of a link, which somebody follows.
FETCHED = re.compile(r"""<(?!a\b)[^>]*\b(?:src|href|srcset|poster|data|action)\s*=\s*["'](?!data:|#)""")
IMPORTED = re.compile(r"""@import|url\((?!\s*["']?(?:data:|#))""")


@pytest.fixture
def town(world: World) -> World:
    """A public dashboard over an open layer and an internal one."""
    dashboards.dashboard(
        "ville",
        sections=[{"id": "tout", "title": "Tout voir", "text": "Relevés **de mai**", "panels": PANELS}],
        filters=[{"field": "commune", "kind": "commune"}],
        is_public=True,
    )
    return world


def html_of(person: Person, **filters: str) -> str:
    """Return the stand-alone page of the dashboard for a person."""
    page = open_page(person.visitor(), "ville", {name: [value] for name, value in filters.items()})
    return write_paper(page, HTML).content.decode()


def test_a_file_holds_the_rows_of_its_reader_alone(town: World) -> None:
    found = {person: re.findall(r"Jeux-\w+", html_of(person)) for person in (PLANNER, TOWN_AGENT)}
    assert {person: sorted(set(names)) for person, names in found.items()} == {
        PLANNER: ["Jeux-Bruyeres", "Jeux-Pont", "Jeux-Val"],
        TOWN_AGENT: ["Jeux-Bruyeres", "Jeux-Val"],
    }


@pytest.mark.parametrize("person", [PUBLIC, OUTSIDER], ids=str)
def test_a_panel_that_its_reader_may_not_see_is_not_in_the_file(town: World, person: Person) -> None:
    assert "Les aires de jeux" not in html_of(person)


def test_the_file_holds_everything_it_needs(town: World) -> None:
    found = html_of(PLANNER)
    assert (FETCHED.findall(found), IMPORTED.findall(found)) == ([], [])


def test_the_file_runs_nothing(town: World) -> None:
    assert re.findall(r"<script|\son\w+=", html_of(PLANNER)) == []


def test_the_file_forbids_itself_to_ask_anything(town: World) -> None:
    assert 'content="default-src &#x27;none&#x27;; style-src &#x27;sha256-' in html_of(PUBLIC)


def test_the_text_of_a_section_is_written_as_on_its_page(town: World) -> None:
    assert "Relevés <strong>de mai</strong>" in html_of(PUBLIC)


def test_the_file_says_the_filters_of_the_page_in_words(town: World) -> None:
    assert re.search(r'class="chip">Commune\s:\sMeudon<', html_of(PUBLIC, commune=MEUDON))


def test_the_file_follows_the_filters_of_the_page(town: World) -> None:
    assert "Jeux-Pont" not in html_of(PLANNER, commune=MEUDON)


def test_the_file_says_where_data_come_from_and_of_when(town: World) -> None:
    assert re.search(r"<li>Aires de jeux, \d+", html_of(PLANNER))


def test_a_map_is_a_drawing_with_words_for_it(town: World) -> None:
    assert "<title>Arbres par commune\u00a0: " in html_of(PUBLIC)


def photo_address(town: World, name: str) -> str:
    """Return where the thumbnail of a playground's photo is."""
    playground, photo = town.playgrounds[name].pk, town.photos[name].pk
    return f"/photos/{PLAYGROUNDS}/{playground}/photos/{photo}/thumbnail.jpg"


def test_the_photos_of_features_are_in_the_file(town: World) -> None:
    found = html.photo_address(PLANNER.visitor(), photo_address(town, "Jeux-Val"))
    assert found.startswith("data:image/jpeg;base64,")


def test_a_photo_that_its_reader_may_not_see_is_not_in_the_file(town: World) -> None:
    assert html.photo_address(TOWN_AGENT.visitor(), photo_address(town, "Jeux-Pont")) == ""


def test_what_cannot_be_drawn_is_printed_as_its_table(town: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_arguments: Any, **_words: Any) -> None:
        raise ExportFailed("no")

    monkeypatch.setattr("dashboards.maps.kind.map_picture", fail)
    assert re.search(r"Arbres par commune</h3>\s*<div[^>]*>\s*<table", html_of(PUBLIC))


def test_a_pdf_is_laid_out_as_it_is_asked(town: World, subtests: pytest.Subtests) -> None:
    page = open_page(PLANNER.visitor(), "ville", {})
    layout = PaperLayout(PaperSize.A3, Orientation.LANDSCAPE, has_tables=True)
    file = write_paper(page, layout)
    with subtests.test("its name is that of the dashboard and of the day"):
        assert re.fullmatch(r"ville-\d{4}-\d\d-\d\d\.pdf", file.name)
    with subtests.test("its sheets have the size and the side asked"):
        assert set(sheets(file.content)) == {(420, 297)}
    titles = bookmarks(file.content)
    with subtests.test("its bookmarks lead to each panel"):
        assert {panel["title"] for panel in PANELS} <= set(titles)
    with subtests.test("the data of its drawings follow them"):
        assert "Tableaux de données" in titles
    with subtests.test("words stand for its drawings"):
        assert any(text.startswith("Arbres par commune\u00a0: ") for text in alternatives(file.content))


def many(count: int) -> list[dict[str, Any]]:
    """Return sections of four panels, and a table of many rows in the last one."""
    sections = [
        {
            "id": f"s{part}",
            "title": f"Partie {part}",
            "panels": [
                {
                    "id": f"p{part}-{n}",
                    "kind": "bar",
                    "title": f"Arbres {part}-{n}",
                    "width": 6,
                    "question": {"layer": TREES, "by": ["commune"]},
                }
                for n in range(4)
            ],
        }
        for part in range(count)
    ]
    sections[-1]["panels"] = [
        {"id": "t", "kind": "table", "title": "Les aires", "question": {"layer": PLAYGROUNDS}}
    ]
    return sections


def test_a_dashboard_of_thirty_panels_has_four_pages_at_most(town: World, subtests: pytest.Subtests) -> None:
    dashboards.dashboard("grand", sections=many(8), is_public=True)
    page = open_page(PLANNER.visitor(), "grand", {})
    pages = [
        text.extract_text() for text in PdfReader(BytesIO(write_paper(page, PaperLayout()).content)).pages
    ]
    with subtests.test("its pages are few"):
        assert len(pages) <= MAX_PAGES
    with subtests.test("the sources stand with a panel"):
        assert "Les aires" in next(text for text in pages if "Sources et dates" in text)
    with subtests.test("a title stands with its first panel"):
        for part in range(7):
            assert f"Arbres {part}-0" in next(text for text in pages if f"Partie {part}" in text)
    with subtests.test("the count before is that of the file, or next to it"):
        (count,) = page_counts(page, [PaperLayout()])
        assert abs(count.panels - len(pages)) <= 1


@pytest.mark.parametrize(
    ("size", "orientation"), [(PaperSize.A4, Orientation.PORTRAIT), (PaperSize.A3, Orientation.LANDSCAPE)]
)
def test_the_count_before_with_the_tables_of_data_is_that_of_the_file(
    town: World, size: PaperSize, orientation: Orientation
) -> None:
    dashboards.dashboard("grand", sections=many(6), is_public=True)
    page = open_page(PLANNER.visitor(), "grand", {})
    for panel in page.panels:
        read_panel(page, panel)
    layout = PaperLayout(size, orientation, has_tables=True)
    (count,) = page_counts(page, [layout])
    assert abs(count.total - len(sheets(write_paper(page, layout).content))) <= 1


def test_the_rows_that_a_table_leaves_out_are_counted(
    town: World, monkeypatch: pytest.MonkeyPatch, subtests: pytest.Subtests
) -> None:
    monkeypatch.setattr(document, "DENSITIES", (replace(DENSITIES[0], rows=1),))
    page = open_page(PLANNER.visitor(), "ville", {})
    with subtests.test("none is left out where its page has room"):
        whole = PdfReader(BytesIO(write_paper(page, PaperLayout()).content)).pages[0].extract_text()
        assert len(set(re.findall(r"Jeux-\w+", whole))) == 3
    monkeypatch.setattr(document, "ROOMY_ROWS", 1)
    for has_tables, words in ((False, "dans le tableau de bord"), (True, "dans les données")):
        file = write_paper(page, PaperLayout(has_tables=has_tables))
        text = " ".join(sheet.extract_text() for sheet in PdfReader(BytesIO(file.content)).pages)
        with subtests.test(words):
            assert f"2 autres lignes, {words}." in text
        with subtests.test("the rows are in the file with its data alone", has_tables=has_tables):
            assert len(set(re.findall(r"Jeux-\w+", text))) == (3 if has_tables else 1)
