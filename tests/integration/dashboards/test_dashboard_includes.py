"""A dashboard made of others: what they publish now, for its reader; what cannot be shown is told to authors."""

from __future__ import annotations

from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from dashboards.documents import includes, resolve
from dashboards.documents.document import Document, Include, PanelQuestion, Section
from dashboards.documents.includes import stored_document
from dashboards.documents.sizes import MAX_PAGE_CHARACTERS, MAX_PAGE_SECTIONS, section_size
from dashboards.models import LibraryPanel
from dashboards.services.checks import document_faults
from tests import people
from tests.dashboards import dashboard, section
from tests.factories import MEUDON

pytestmark = pytest.mark.django_db


def include(slug: str, **words: str) -> dict[str, Any]:
    return {"include": slug, **words}


def public(slug: str, *parts: dict[str, Any], **words: Any) -> Any:
    return dashboard(slug, sections=parts, is_public=True, **words)


def read(found: Any, person: people.Person = people.PUBLIC) -> Document:
    return resolve(found, person.visitor())


def names(document: Document) -> list[str]:
    return [part.id for part in document.sections]


def panels(document: Document) -> list[str]:
    return [panel.id for part in document.sections if isinstance(part, Section) for panel in part.panels]


def test_an_included_section_stands_where_it_is_named() -> None:
    public("velos", section("pistes", "longueur"), section("arceaux"))
    whole = read(public("mobilites", section("avant"), include("velos", section="pistes"), section("apres")))
    assert names(whole) == ["avant", "velos--pistes", "apres"]
    assert panels(whole) == ["velos--longueur"]


def test_a_dashboard_included_whole_gives_all_its_sections() -> None:
    public("velos", section("pistes"), section("arceaux"))
    assert names(read(public("mobilites", include("velos")))) == ["velos--pistes", "velos--arceaux"]


def test_an_included_section_says_where_it_comes_from_through_another() -> None:
    public("velos", section("pistes"))
    public("mobilites", include("velos"))
    found = read(public("observatoire", include("mobilites"))).sections[0]
    assert isinstance(found, Section)
    assert found.origin == "velos"
    assert found.id == "mobilites--velos--pistes"


def test_a_change_in_a_dashboard_shows_where_it_is_included() -> None:
    inner = public("velos", section("pistes"))
    outer = public("mobilites", include("velos"))
    inner.published.document["sections"] = [section("arceaux")]
    inner.published.save()
    assert names(read(outer)) == ["velos--arceaux"]


def test_a_draft_is_not_included() -> None:
    dashboard("velos", is_public=True, is_published=False)
    whole = read(public("mobilites", section("avant"), include("velos")))
    assert names(whole) == ["avant"]


def test_a_section_of_a_hidden_dashboard_is_absent_and_its_author_is_told() -> None:
    dashboard("velos", groups=["Mobilité"])
    whole = read(public("mobilites", include("velos")))
    assert names(whole) == []
    assert "velos" in whole.notes[0]


def test_a_cycle_written_behind_the_services_ends_with_its_names() -> None:
    first = public("a", section("de-a"), include("b"))
    public("b", section("de-b"), include("a"))
    whole = read(first)
    assert names(whole) == ["de-a", "b--de-b"]
    assert "a → b → a" in whole.notes[0]


def test_a_missing_section_is_told_by_name() -> None:
    public("velos", section("pistes"))
    whole = read(public("mobilites", include("velos", section="trottinettes")))
    assert names(whole) == []
    assert "trottinettes" in whole.notes[0]


def test_a_dashboard_of_another_commune_widens_nothing(communes: Any) -> None:
    public("a-meudon", section("jeux"), portal=MEUDON)
    whole = read(public("partout", include("a-meudon")))
    assert names(whole) == []
    assert "commune" in whole.notes[0]


def test_a_dashboard_of_the_same_commune_is_included(communes: Any) -> None:
    public("a-meudon", section("jeux"), portal=MEUDON)
    assert names(read(public("meudon", include("a-meudon"), portal=MEUDON))) == ["a-meudon--jeux"]


def test_the_linked_fields_of_what_is_included_come_along() -> None:
    public("votes", section("s"), links={"bureau": {"resultats": "num", "bureaux": "code"}})
    whole = read(public("elections", include("votes"), links={"bureau": {"bureaux": "id"}}))
    assert dict(whole.links[0].names) == {"resultats": "num", "bureaux": "id"}


def test_at_most_sixty_panels_come_of_includes() -> None:
    for slug in ("a", "b", "c"):
        public(slug, section("s", *[f"p{number}" for number in range(25)]))
    whole = read(public("tout", include("a"), include("b"), include("c")))
    assert len(panels(whole)) == 60
    assert "75 panneaux" in whole.notes[0]


def test_a_library_panel_gives_what_the_panel_does_not_say() -> None:
    question = {"layer": "aires-de-jeux", "by": "commune"}
    LibraryPanel.objects.create(
        slug="total",
        title="Total",
        document={"kind": "bar", "title": "Par commune", "width": 6, "question": question},
    )
    panel = {"id": "p", "library": "total", "title": "Autre titre", "options": {"labels": True}}
    found = read(public("jeux", {"id": "s", "title": "S", "panels": [panel]})).sections[0]
    assert isinstance(found, Section)
    whole = found.panels[0]
    assert (whole.kind, whole.title, whole.width) == ("bar", "Autre titre", 6)
    assert whole.question == PanelQuestion("aires-de-jeux", by=("commune",))
    assert whole.options == {"labels": True}


def test_a_library_panel_that_is_gone_is_absent_and_told() -> None:
    panels_written = [{"id": "p", "library": "total"}, {"id": "q", "kind": "text"}]
    whole = read(public("jeux", {"id": "s", "title": "S", "panels": panels_written}))
    assert panels(whole) == ["q"]
    assert "total" in whole.notes[0]


def test_resolution_asks_once_a_level(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    for slug in ("a", "b", "c"):
        public(slug, section("s", "p"))
    whole = public("tout", include("a"), include("b"), include("c"))
    with django_assert_num_queries(1):
        read(whole)


def words(slug: str, count: int, length: int = 1) -> Any:
    """Return a dashboard of sections of text alone."""
    parts = [
        {"id": f"s{number}", "title": "S", "text": "x" * length, "panels": []} for number in range(count)
    ]
    return public(slug, *parts)


def tower(floors: int, *, length: int = 5_000) -> Any:
    """Return a dashboard that includes forty times one that includes forty times another, and so on."""
    found = words("etage-0", 40, length)
    for floor in range(1, floors + 1):
        found = public(f"etage-{floor}", *[include(f"etage-{floor - 1}")] * 40)
    return found


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return the dashboards whose document is read, each time that it is."""
    found: list[str] = []

    def read_document(row: Any, version: Any = None) -> Document:
        found.append(row.slug)
        return stored_document(row, version)

    monkeypatch.setattr(includes, "stored_document", read_document)
    return found


def test_includes_of_includes_open_each_dashboard_once(opened: list[str]) -> None:
    read(tower(6, length=1))
    assert sorted(opened) == [f"etage-{floor}" for floor in range(7)]


def test_includes_of_includes_make_a_page_of_a_bounded_size() -> None:
    whole = read(tower(6))
    sizes = [section_size(part) for part in whole.sections if isinstance(part, Section)]
    assert len(sizes) <= MAX_PAGE_SECTIONS
    assert sum(sizes) <= MAX_PAGE_CHARACTERS
    assert "la suite ne paraît pas" in whole.notes[0]


def test_short_sections_of_includes_are_bounded_in_number() -> None:
    assert len(read(tower(6, length=1)).sections) == MAX_PAGE_SECTIONS


def test_includes_nest_to_a_bound() -> None:
    words("niveau-0", 1)
    for level in range(1, 14):
        found = public(f"niveau-{level}", section("s"), include(f"niveau-{level - 1}"))
    assert len(read(found).sections) == 13
    assert "12 niveaux" in read(found).notes[0]


def test_includes_open_a_bounded_number_of_dashboards(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(includes, "MAX_INCLUDED", 2)
    for slug in ("a", "b", "c"):
        words(slug, 1)
    whole = read(public("tout", include("a"), include("b"), include("c")))
    assert names(whole) == ["a--s0", "b--s0"]


@pytest.mark.parametrize(("floors", "told"), [(2, "80 sections"), (13, "12 niveaux")])
def test_a_page_that_would_be_too_large_is_not_published(opened: list[str], floors: int, told: str) -> None:
    tower(floors)
    changed = Document("tout", "Tout", sections=(Include(f"etage-{floors}"),))
    faults = document_faults(changed, people.ADMINISTRATOR.visitor())
    assert [told in fault.text for fault in faults].count(True) >= 1
    assert len(opened) <= 2 * (floors + 1)
