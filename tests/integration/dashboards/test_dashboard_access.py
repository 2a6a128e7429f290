"""Who sees and changes which dashboard: one table of persons and dashboards; what is hidden is absent everywhere."""

from __future__ import annotations

import pytest

from dashboards import access
from dashboards.errors import UnknownDashboard
from tests import people
from tests.dashboards import dashboard, let_make
from tests.factories import MEUDON, SEVRES
from tests.people import EVERYBODY, Person
from tests.world import World

# Who sees each dashboard; those who may change it stand in EDITORS.
READERS: dict[str, tuple[Person, ...]] = {
    "public": EVERYBODY,
    "of-a-group": (people.TOWN_AGENT, people.PLANNER, people.ADMINISTRATOR),
    "of-a-person": (people.PARTNER, people.PLANNER, people.ADMINISTRATOR),
    "of-its-makers": (people.PLANNER, people.ADMINISTRATOR),
    "draft": (people.PLANNER, people.ADMINISTRATOR),
    "of-others": (people.GARDENER, people.ADMINISTRATOR),
}
EDITORS: dict[str, tuple[Person, ...]] = {
    **dict.fromkeys(("public", "of-a-group", "of-a-person", "of-its-makers", "draft"), (people.PLANNER,)),
    "of-others": (),
}


@pytest.fixture
def shelf(world: World) -> None:
    """PLANNER's group makes dashboards; GARDENER's group produces one and may change none."""
    let_make("Urbanisme")
    dashboard("public", producer="Urbanisme", is_public=True)
    dashboard("of-a-group", producer="Urbanisme", groups=["Ville de Meudon"])
    dashboard("of-a-person", producer="Urbanisme", persons=[people.PARTNER])
    dashboard("of-its-makers", producer="Urbanisme")
    dashboard("draft", producer="Urbanisme", is_public=True, is_published=False)
    dashboard("of-others", producer="Espaces verts", groups=["Espaces verts"])


@pytest.mark.parametrize("person", EVERYBODY, ids=str)
def test_the_list_holds_what_a_person_may_read(shelf: None, person: Person) -> None:
    seen = set(access.visible(person.visitor()).values_list("slug", flat=True))
    assert seen == {slug for slug, readers in READERS.items() if person in readers}


@pytest.mark.parametrize("person", EVERYBODY, ids=str)
def test_a_dashboard_that_is_not_listed_does_not_open(shelf: None, person: Person) -> None:
    visitor = person.visitor()
    opened = set()
    for slug in READERS:
        try:
            opened.add(access.get_dashboard(visitor, slug).slug)
        except UnknownDashboard:
            continue
    assert opened == {slug for slug, readers in READERS.items() if person in readers}


def test_a_hidden_dashboard_is_refused_in_the_words_of_one_that_is_not_there(shelf: None) -> None:
    with pytest.raises(UnknownDashboard) as hidden:
        access.get_dashboard(people.OUTSIDER.visitor(), "of-a-group")
    with pytest.raises(UnknownDashboard) as absent:
        access.get_dashboard(people.OUTSIDER.visitor(), "nothing")
    assert hidden.value.detail.replace("of-a-group", "nothing") == absent.value.detail


@pytest.mark.parametrize("person", EVERYBODY, ids=str)
def test_the_makers_of_its_group_change_a_dashboard(shelf: None, person: Person) -> None:
    visitor = person.visitor()
    changed = {found.slug for found in access.visible(visitor) if access.may_edit(visitor, found)}
    allowed = {slug for slug, editors in EDITORS.items() if person in editors}
    assert changed == (set(EDITORS) if person.is_administrator else allowed)


def test_a_draft_is_never_among_what_is_published(shelf: None) -> None:
    assert "draft" not in access.published(people.PLANNER.visitor()).values_list("slug", flat=True)


def test_a_credential_that_only_reads_changes_nothing(shelf: None) -> None:
    visitor = people.PLANNER.visitor(may_write=False)
    assert not access.may_edit(visitor, access.get_dashboard(visitor, "public"))
    assert not access.may_create(visitor)


@pytest.mark.parametrize("person", EVERYBODY, ids=str)
def test_the_permission_says_who_makes_dashboards(shelf: None, person: Person) -> None:
    assert access.may_create(person.visitor()) == (person in {people.PLANNER, people.ADMINISTRATOR})


@pytest.mark.parametrize(("portal", "seen"), [("", True), (MEUDON, True), (SEVRES, False)])
def test_a_dashboard_of_a_commune_is_on_its_portal_and_that_of_the_territory(
    world: World, portal: str, seen: bool
) -> None:
    dashboard("a-meudon", is_public=True, portal=MEUDON)
    found = access.visible(people.PUBLIC.visitor(portal=portal)).filter(slug="a-meudon")
    assert found.exists() is seen


def test_the_panels_of_a_commune_s_dashboard_are_asked_within_it(world: World) -> None:
    found = dashboard("a-meudon", is_public=True, portal=MEUDON)
    assert access.narrowed(people.PUBLIC.visitor(), found).portal == MEUDON


def test_a_dashboard_of_the_territory_leaves_the_portal_as_it_is(world: World) -> None:
    found = dashboard("partout", is_public=True)
    assert access.narrowed(people.PUBLIC.visitor(portal=SEVRES), found).portal == SEVRES
