"""Rows of a moderated dataset: drafts of people are theirs, whatever file comes next."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.gis.geos import Point

from datasets.edits.parsing import EDITS, EditChoices
from datasets.edits.services import choose_edits
from datasets.errors import NotPublishable
from datasets.models import Dataset
from datasets.publication.moderation import set_moderated
from datasets.publication.services import publish
from layers import access
from layers.parsing.feature import FeatureInput
from layers.services.features import create_feature
from layers.visitor import system_visitor
from moderation.services import perform
from tests.deliveries import bench, dataset, deliver, published
from tests.factories import MEUDON, MIDDLES
from tests.people import OUTSIDER, PLANNER, TOWN_AGENT, Person
from tests.world import grant

pytestmark = pytest.mark.django_db


def codes(person: Person) -> set[str]:
    """Return the codes of the rows that a person reads."""
    scope = access.scope(person.visitor(), "bancs")
    return set(scope.queryset.values_list(scope.definition.by_name["code"].source, flat=True))


@pytest.fixture
def draft(world: Any) -> int:
    """The id of a draft of TOWN_AGENT in a moderated dataset of two rows that PLANNER approves."""
    made = dataset()
    published(made, bench("B1"), bench("B2"))
    set_moderated(dataset=made, visitor=system_visitor(), is_moderated=True)
    grant(TOWN_AGENT, "bancs", can_add=True, can_change_own=True)
    grant(PLANNER, "bancs", can_approve=True)
    values = {"code": "B3", "nom": "Neuf"}
    feature = FeatureInput(values=values, geometry=Point(*MIDDLES[MEUDON], srid=4326))
    return create_feature(scope=access.scope(TOWN_AGENT.visitor(), "bancs"), draft=feature).pk


def test_draft_is_read_by_its_author_and_who_approves(draft: int) -> None:
    seen = {str(person): "B3" in codes(person) for person in (TOWN_AGENT, PLANNER, OUTSIDER)}
    assert seen == {str(TOWN_AGENT): True, str(PLANNER): True, str(OUTSIDER): False}


def test_published_row_is_everybody_s(draft: int) -> None:
    for person, name in ((TOWN_AGENT, "submit"), (PLANNER, "publish")):
        perform(scope=access.scope(person.visitor(), "bancs"), pk=draft, name=name)
    assert codes(OUTSIDER) == {"B1", "B2", "B3"}


def test_file_that_holds_a_hidden_row_does_not_publish_it(draft: int) -> None:
    delivery = deliver(Dataset.objects.get(), bench("B1"), bench("B3"))
    choices = EditChoices(changed=EDITS, added=EDITS, removed=EDITS, deleted=EDITS)
    choose_edits(delivery=delivery, visitor=system_visitor(), choices=choices)
    publish(delivery=delivery, visitor=system_visitor())
    assert codes(OUTSIDER) == {"B1"}
    assert codes(TOWN_AGENT) == {"B1", "B3"}


def test_moderation_is_not_turned_off_while_a_row_is_hidden(draft: int) -> None:
    with pytest.raises(NotPublishable, match="1 ligne"):
        set_moderated(dataset=Dataset.objects.get(), visitor=system_visitor(), is_moderated=False)
    perform(scope=access.scope(PLANNER.visitor(), "bancs"), pk=draft, name="publish")
    set_moderated(dataset=Dataset.objects.get(), visitor=system_visitor(), is_moderated=False)
    assert access.scope(OUTSIDER.visitor(), "bancs").definition.moderation is None
