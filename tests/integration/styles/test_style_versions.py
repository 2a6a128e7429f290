"""Versions of a style: a draft changes nothing that is drawn, publishing is refused over somebody else's work."""

from __future__ import annotations

import pytest

from gisportal.journal.models import JournalEntry
from layers import access
from layers.access import Scope
from layers.errors import Forbidden, InvalidStyle, StaleStyle, UnknownLayer, UnknownStyleVersion
from layers.models import Grant, Layer, StyleVersion
from layers.styles.definitions import Style
from layers.vocabulary import StyleState
from styles import services
from tests.people import ADMINISTRATOR, OUTSIDER, PLANNER, PUBLIC, TOWN_AGENT, Person
from tests.staff import permissions
from tests.world import PLAYGROUNDS, TREES, World

RED, BLUE = {"token": "#cc0000"}, {"token": "#0000cc"}


def scope(person: Person = ADMINISTRATOR, slug: str = TREES) -> Scope:
    return access.styled_scope(person.visitor(), slug)


def style(document: dict[str, object]) -> Style:
    return services.style_of(scope(), document)


def drafted(document: dict[str, object]) -> StyleVersion:
    found = services.draft_of(scope().layer)
    return services.save_draft(scope=scope(), style=style(document), expected=services.mark(found))


def published(document: dict[str, object], **more: bool) -> StyleVersion:
    return services.publish_style(scope=scope(), expected=services.mark(drafted(document)), **more)


def test_a_draft_is_not_drawn_until_it_is_published(world: World) -> None:
    draft = drafted(RED)
    assert Layer.objects.get(slug=TREES).style == {}
    services.publish_style(scope=scope(), expected=services.mark(draft), note="rouge")
    assert Layer.objects.get(slug=TREES).style == RED
    states = list(StyleVersion.objects.order_by("number").values_list("number", "state"))
    assert states == [(1, StyleState.REPLACED), (2, StyleState.PUBLISHED)]


def test_a_document_holds_what_differs_from_the_definition_alone(world: World) -> None:
    assert drafted({}).document == {}
    assert drafted(RED | {"rank": 0}).document == RED


def test_two_people_do_not_write_the_same_draft_over_each_other(world: World) -> None:
    seen = services.mark(drafted(RED))
    drafted(BLUE)
    with pytest.raises(StaleStyle):
        services.save_draft(scope=scope(), style=style(RED), expected=seen)
    with pytest.raises(StaleStyle):
        services.publish_style(scope=scope(), expected=seen)
    with pytest.raises(StaleStyle):
        services.discard_draft(scope=scope(), expected=seen)


def test_a_draft_begun_before_another_publication_says_so(world: World) -> None:
    draft = drafted(RED)
    Layer.objects.filter(slug=TREES).update(style=BLUE)  # written beside the studio
    with pytest.raises(StaleStyle) as refused:
        services.publish_style(scope=scope(), expected=services.mark(draft))
    assert refused.value.parameter == "base"
    services.publish_style(scope=scope(), expected=services.mark(draft), is_over=True)
    assert [version.document for version in StyleVersion.objects.order_by("number")] == [{}, RED, BLUE]


def test_an_earlier_version_comes_back_as_a_draft(world: World) -> None:
    published(RED)
    published(BLUE)
    draft = services.restore_style(scope=scope(), number=2, expected="")
    assert draft.document == RED
    assert Layer.objects.get(slug=TREES).style == BLUE
    with pytest.raises(UnknownStyleVersion):
        services.restore_style(scope=scope(), number=9, expected=services.mark(draft))


def test_a_draft_that_is_set_aside_is_kept(world: World) -> None:
    services.discard_draft(scope=scope(), expected=services.mark(drafted(RED)))
    assert services.draft_of(scope().layer) is None
    assert StyleVersion.objects.get(number=2).published_at is None


def test_a_field_that_the_layer_has_not_is_refused(world: World) -> None:
    with pytest.raises(InvalidStyle, match="couleur"):
        style({"field": "couleur"})


def test_a_publication_is_journaled(world: World) -> None:
    published(RED)
    entry = JournalEntry.objects.get(event="style")
    assert entry.subject == f"layer {TREES}"
    assert entry.detail["after"] == {"version": 2}


RIGHTS = [
    (PUBLIC, PLAYGROUNDS, UnknownLayer),
    (OUTSIDER, PLAYGROUNDS, UnknownLayer),
    (PUBLIC, TREES, Forbidden),
    (OUTSIDER, TREES, Forbidden),
    (PLANNER, PLAYGROUNDS, Forbidden),
    (TOWN_AGENT, PLAYGROUNDS, Forbidden),
]


@pytest.mark.parametrize(("person", "slug", "refusal"), RIGHTS)
def test_who_reads_or_not_may_not_style(
    world: World, person: Person, slug: str, refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        scope(person, slug)


def test_who_publishes_every_row_styles(world: World) -> None:
    Grant.objects.filter(layer__slug=PLAYGROUNDS, group__name="Urbanisme").update(can_approve=True)
    assert scope(PLANNER, PLAYGROUNDS).slug == PLAYGROUNDS


def test_who_edits_every_row_styles_with_the_permission_of_the_catalogue_alone(world: World) -> None:
    Grant.objects.filter(layer__slug=PLAYGROUNDS, group__name="Urbanisme").update(
        can_add=True, can_change=True, can_delete=True
    )
    with pytest.raises(Forbidden):
        scope(PLANNER, PLAYGROUNDS)
    PLANNER.account().user_permissions.set(permissions("layers.change_layer"))
    assert scope(PLANNER, PLAYGROUNDS).slug == PLAYGROUNDS


def test_nobody_styles_from_the_portal_of_a_commune(world: World) -> None:
    with pytest.raises(Forbidden):
        access.styled_scope(ADMINISTRATOR.visitor(portal="92048"), TREES)


def test_who_does_not_read_a_field_of_the_style_changes_neither_it_nor_a_version_that_shows_it(
    world: World,
) -> None:
    layer = Layer.objects.get(slug=TREES)
    group = PLANNER.account().groups.get()
    Grant.objects.create(
        layer=layer, group=group, can_add=True, can_change=True, can_delete=True, can_approve=True
    )
    shown = {"labels": {"field": "matricule"}}
    published(shown)
    with pytest.raises(Forbidden):
        scope(PLANNER)
    published({})
    with pytest.raises(UnknownStyleVersion):
        services.restore_style(scope=scope(PLANNER), number=2, expected="")
