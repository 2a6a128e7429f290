"""Steps of the rows of a moderated layer: who takes them, from which state, and what they leave behind."""

from __future__ import annotations

from typing import Any

import pytest
from pytest_django import Settings

from gisportal.journal.models import JournalEntry
from layers.errors import Forbidden, StaleFeature, UnknownFeature
from layers.models import Commune, events_of
from layers.parsing.feature import FeatureInput
from layers.services.features import delete_feature, update_feature
from moderation.errors import InvalidTransition, MissingReason, RefusedRows
from moderation.models import ModeratedRow, RowStep
from moderation.services import available, perform, perform_many
from roadworks.models import RoadWorks
from tests.factories import BOULOGNE
from tests.moderated_layer import declared, open_works, works, works_scope
from tests.people import GARDENER, PARTNER, PLANNER, TOWN_AGENT, Person


@pytest.fixture(autouse=True)
def _works(catalogue: dict[str, Commune], settings: Settings) -> None:
    open_works(catalogue, settings)


def take(person: Person, pk: int, name: str, reason: str = "") -> str:
    """Take a step as a person, with their scope of now."""
    return perform(scope=works_scope(person), pk=pk, name=name, reason=reason)


def names(person: Person, pk: int) -> set[str]:
    """Return the names of the steps that a person may take."""
    return {step.name for step in available(works_scope(person), pk)}


def test_new_row_begins_as_a_draft_of_its_author() -> None:
    row = RoadWorks.objects.get(pk=declared(TOWN_AGENT, "Fouille"))
    assert (row.etat, row.auteur_id) == ("draft", TOWN_AGENT.account().pk)


def test_row_of_who_approves_it_is_trusted() -> None:
    assert RoadWorks.objects.get(pk=declared(PLANNER, "Fouille")).etat == "published"


def test_state_and_author_are_not_written_by_clients() -> None:
    pk = declared(TOWN_AGENT, "Fouille", etat="published")
    row = RoadWorks.objects.get(pk=pk)
    assert (row.etat, row.auteur_id) == ("draft", TOWN_AGENT.account().pk)


def test_row_goes_from_draft_to_public_by_its_author_then_an_approver() -> None:
    pk = declared(TOWN_AGENT, "Fouille")
    assert [take(TOWN_AGENT, pk, "submit"), take(PLANNER, pk, "publish")] == ["submitted", "published"]


def test_steps_are_those_of_who_reads_the_row() -> None:
    pk = declared(TOWN_AGENT, "Fouille")
    take(TOWN_AGENT, pk, "submit")
    assert names(TOWN_AGENT, pk) == {"take-back", "cancel"}
    assert names(PLANNER, pk) == {"publish", "send-back", "refuse", "cancel"}


def test_who_neither_wrote_nor_approves_a_draft_has_no_such_row() -> None:
    pk = declared(TOWN_AGENT, "Fouille")
    for person in (PARTNER, GARDENER):
        with pytest.raises(UnknownFeature):
            take(person, pk, "publish")


def test_approver_of_some_rows_decides_of_these_alone() -> None:
    there, elsewhere = (
        works(name, etat="submitted", at=at) for name, at in (("A", BOULOGNE), ("B", "92048"))
    )
    assert take(GARDENER, there.pk, "publish") == "published"
    with pytest.raises(UnknownFeature):
        take(GARDENER, elsewhere.pk, "publish")


def test_author_does_not_publish() -> None:
    pk = declared(TOWN_AGENT, "Fouille")
    take(TOWN_AGENT, pk, "submit")
    with pytest.raises(Forbidden):
        take(TOWN_AGENT, pk, "publish")


def test_second_of_two_decisions_reads_the_first() -> None:
    pk = works("Fouille", etat="submitted").pk
    take(PLANNER, pk, "publish")
    with pytest.raises(InvalidTransition, match="Publié"):
        take(PLANNER, pk, "refuse", "Trop tard")


def test_decision_on_a_row_that_changed_is_refused() -> None:
    pk = works("Fouille", etat="submitted").pk
    with pytest.raises(StaleFeature):
        perform(scope=works_scope(PLANNER), pk=pk, name="publish", expected=frozenset({"1-1"}))


def test_refusal_needs_a_reason() -> None:
    pk = works("Fouille", etat="submitted").pk
    with pytest.raises(MissingReason):
        take(PLANNER, pk, "refuse", "  ")


def test_unknown_step_is_named() -> None:
    with pytest.raises(InvalidTransition, match="abolir"):
        take(PLANNER, works("Fouille").pk, "abolir")


def test_urgent_row_is_public_when_submitted_and_waits_for_a_review() -> None:
    pk = declared(TOWN_AGENT, "Fuite", est_urgent=True)
    assert take(TOWN_AGENT, pk, "submit") == "published"
    assert "reviewed" in names(PLANNER, pk)
    take(PLANNER, pk, "reviewed")
    assert not ModeratedRow.objects.filter(is_to_review=True).exists()


def test_step_is_in_the_history_of_the_row_and_in_the_journal() -> None:
    pk = works("Fouille", etat="submitted").pk
    take(PLANNER, pk, "refuse", "Déjà déclaré")
    step = RowStep.objects.latest("pk")
    assert (step.source, step.target, step.reason) == ("submitted", "refused", "Déjà déclaré")
    events: Any = events_of(RoadWorks)
    metadata = events._default_manager.latest("pgh_id").pgh_context.metadata
    assert (metadata["step"], metadata["username"]) == ("refuse", PLANNER.name)
    entry = JournalEntry.objects.latest("pk")
    assert (entry.event, entry.detail["feature"], entry.detail["after"]) == ("moderation", pk, "refused")


def test_several_decisions_are_taken_together_or_not_at_all() -> None:
    first, second = works("A", etat="submitted"), works("B", etat="draft")
    with pytest.raises(RefusedRows, match=f"L’objet {second.pk} "):
        perform_many(
            scope=works_scope(PLANNER),
            rows=[(first.pk, None), (second.pk, None)],
            name="send-back",
            reason="Flou",
        )
    assert RoadWorks.objects.get(pk=first.pk).etat == "submitted"


def test_author_corrects_a_draft_and_no_public_row() -> None:
    draft, public = (
        works(name, etat=etat, author=TOWN_AGENT) for name, etat in (("A", "draft"), ("B", "published"))
    )
    change = FeatureInput(values={"entreprise": "Autre"})
    update_feature(scope=works_scope(TOWN_AGENT), pk=draft.pk, draft=change, expected=None)
    with pytest.raises(Forbidden):
        delete_feature(scope=works_scope(TOWN_AGENT), pk=public.pk, expected=None)


def test_who_approves_changes_a_public_row() -> None:
    pk = works("A").pk
    update_feature(
        scope=works_scope(PLANNER), pk=pk, draft=FeatureInput(values={"entreprise": "Autre"}), expected=None
    )
    assert RoadWorks.objects.get(pk=pk).entreprise == "Autre"
