"""Library panels written: by whom, under which revision, and what stays of what was sent."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Permission

from dashboards.documents.document import Panel, PanelQuestion
from dashboards.errors import (
    EditConflict,
    ForbiddenDashboard,
    InvalidDocument,
    SlugInUse,
    UnknownLibraryPanel,
)
from dashboards.library.queries import free_panel_slug
from dashboards.library.services import (
    LibraryPanelWords,
    change_library_panel,
    create_library_panel,
    delete_library_panel,
)
from dashboards.models import LibraryPanel
from layers.visitor import Visitor
from tests import dashboards, people
from tests.world import TREES, World

PANEL = Panel("p", "bar", "Genres", library="autre", question=PanelQuestion(TREES, by=("genre",)))
WORDS = LibraryPanelWords("Genres", "Urbanisme", "genres")


@pytest.fixture
def sharer(world: World) -> Visitor:
    """PLANNER, whose group makes dashboards and keeps panels; so does the gardeners'."""
    given = Permission.objects.filter(
        content_type__app_label="dashboards", content_type__model="librarypanel"
    )
    for name in ("Urbanisme", "Espaces verts"):
        dashboards.let_make(name)
        dashboards.group(name).permissions.add(*given)
    return people.PLANNER.visitor()


@pytest.fixture
def shared(sharer: Visitor) -> LibraryPanel:
    return create_library_panel(panel=PANEL, words=WORDS, visitor=sharer)


def test_a_library_panel_has_no_name_of_its_own_in_its_document(shared: LibraryPanel) -> None:
    assert shared.document == {
        "kind": "bar",
        "title": "Genres",
        "question": {"layer": TREES, "by": "genre"},
    }


def test_who_lacks_the_right_keeps_none(sharer: Visitor) -> None:
    with pytest.raises(ForbiddenDashboard):
        create_library_panel(panel=PANEL, words=WORDS, visitor=people.OUTSIDER.visitor())


def test_who_only_reads_by_this_credential_keeps_none(sharer: Visitor) -> None:
    with pytest.raises(ForbiddenDashboard):
        create_library_panel(panel=PANEL, words=WORDS, visitor=people.PLANNER.visitor(may_write=False))


def test_an_identifier_of_the_library_is_given_once(shared: LibraryPanel, sharer: Visitor) -> None:
    with pytest.raises(SlugInUse):
        create_library_panel(panel=PANEL, words=WORDS, visitor=sharer)
    assert free_panel_slug("Genres") == "genres-2"


@pytest.mark.parametrize("title", ["", "T" * 121], ids=["none", "long"])
def test_a_title_is_there_and_short(sharer: Visitor, title: str) -> None:
    with pytest.raises(InvalidDocument):
        create_library_panel(panel=PANEL, words=LibraryPanelWords(title, "", "t"), visitor=sharer)


def test_a_panel_is_kept_in_the_name_of_one_s_own_group(sharer: Visitor) -> None:
    with pytest.raises(InvalidDocument, match="Espaces verts"):
        create_library_panel(panel=PANEL, words=LibraryPanelWords("T", "Espaces verts", "t"), visitor=sharer)


def test_a_change_is_the_next_revision(shared: LibraryPanel, sharer: Visitor) -> None:
    words = LibraryPanelWords("Espèces", "Urbanisme")
    row = change_library_panel(row=shared, panel=PANEL, words=words, expected=1, visitor=sharer)
    assert (row.title, row.slug, row.revision) == ("Espèces", "genres", 2)


def test_nothing_is_written_over_what_somebody_wrote(shared: LibraryPanel, sharer: Visitor) -> None:
    change_library_panel(row=shared, panel=PANEL, words=WORDS, expected=1, visitor=sharer)
    with pytest.raises(EditConflict):
        change_library_panel(row=shared, panel=PANEL, words=WORDS, expected=1, visitor=sharer)
    with pytest.raises(EditConflict):
        delete_library_panel(row=shared, expected=1, visitor=sharer)


def test_another_group_changes_and_deletes_nothing(shared: LibraryPanel) -> None:
    gardener = people.GARDENER.visitor()
    with pytest.raises(ForbiddenDashboard):
        change_library_panel(row=shared, panel=PANEL, words=WORDS, expected=1, visitor=gardener)
    with pytest.raises(ForbiddenDashboard):
        delete_library_panel(row=shared, expected=1, visitor=gardener)


def test_for_who_makes_nothing_there_is_no_panel(shared: LibraryPanel) -> None:
    with pytest.raises(UnknownLibraryPanel):
        delete_library_panel(row=shared, expected=1, visitor=people.TOWN_AGENT.visitor())


def test_a_deleted_library_panel_is_gone(shared: LibraryPanel, sharer: Visitor) -> None:
    delete_library_panel(row=shared, expected=1, visitor=sharer)
    with pytest.raises(UnknownLibraryPanel):
        delete_library_panel(row=shared, expected=1, visitor=sharer)
