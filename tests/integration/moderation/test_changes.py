"""Changes of public rows by who does not approve them: the public version stays until somebody accepts the change."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from django.dispatch import Signal
from pytest_django import Settings

from layers.errors import Forbidden, InvalidFeature, StaleFeature, UnknownFeature
from layers.models import Commune
from layers.parsing.feature import FeatureInput
from layers.services.features import WrittenFeature, replace_feature, update_feature
from layers.services.moderation import RelatedChange, change_accepted
from moderation.changes import accept_change, refuse_change, take_back_change, waiting_changes
from moderation.models import ProposedChange, RowStep
from moderation.services import perform
from roadworks.models import RoadWorks
from tests.factories import BOULOGNE
from tests.moderated_layer import open_works, trace, works, works_scope
from tests.people import PARTNER, PLANNER, TOWN_AGENT, Person


@pytest.fixture
def site(catalogue: dict[str, Commune], settings: Settings) -> RoadWorks:
    """A public site that TOWN_AGENT declared."""
    open_works(catalogue, settings)
    return works("Fouille", author=TOWN_AGENT, entreprise="Première")


def proposed(site: RoadWorks, person: Person = TOWN_AGENT, **values: object) -> WrittenFeature:
    """Change a site as a person does by any protocol."""
    return update_feature(
        scope=works_scope(person), pk=site.pk, draft=FeatureInput(values=values), expected=None
    )


def test_public_version_stays_and_the_change_waits(site: RoadWorks) -> None:
    assert proposed(site, entreprise="Autre").is_proposed
    site.refresh_from_db()
    assert site.entreprise == "Première"
    (change,) = waiting_changes(works_scope(PLANNER), site.pk)
    assert (change.before, change.after) == ({"entreprise": "Première"}, {"entreprise": "Autre"})


def test_accepted_change_is_written_and_nothing_else(site: RoadWorks) -> None:
    day = dt.date(2027, 4, 1)
    proposed(site, date_fin=day)
    RoadWorks.objects.filter(pk=site.pk).update(entreprise="Entre-temps")
    accept_change(scope=works_scope(PLANNER), pk=site.pk, change=ProposedChange.objects.get().pk)
    site.refresh_from_db()
    assert (site.date_fin, site.entreprise) == (day, "Entre-temps")
    assert not ProposedChange.objects.exists()


def test_moved_row_moves_when_accepted(site: RoadWorks) -> None:
    draft = FeatureInput(geometry=trace(BOULOGNE))
    update_feature(scope=works_scope(TOWN_AGENT), pk=site.pk, draft=draft, expected=None)
    accept_change(scope=works_scope(PLANNER), pk=site.pk, change=ProposedChange.objects.get().pk)
    assert RoadWorks.objects.get(pk=site.pk).commune_id == BOULOGNE


def test_change_of_a_field_that_changed_since_is_refused_by_its_name(site: RoadWorks) -> None:
    proposed(site, entreprise="Autre")
    RoadWorks.objects.filter(pk=site.pk).update(entreprise="Entre-temps")
    with pytest.raises(StaleFeature, match="entreprise"):
        accept_change(scope=works_scope(PLANNER), pk=site.pk, change=ProposedChange.objects.get().pk)


def related_to(site: RoadWorks, *related: RelatedChange) -> WrittenFeature:
    """Change what belongs to a site, and none of its fields, as the application of a form does."""
    return update_feature(
        scope=works_scope(TOWN_AGENT), pk=site.pk, draft=FeatureInput(), expected=None, related=related
    )


def test_what_belongs_to_a_public_row_waits_and_is_given_back_when_accepted(site: RoadWorks) -> None:
    parts = [RelatedChange("parts", "Parties", [1], each, "une", "deux") for each in ([2], [3])]
    assert [related_to(site, each).is_proposed for each in parts] == [True, True]
    received: list[tuple[RelatedChange, ...]] = []

    def receive(related: tuple[RelatedChange, ...], **_signal: object) -> None:
        received.append(related)

    with connected(change_accepted, receive):
        accept_change(scope=works_scope(PLANNER), pk=site.pk, change=ProposedChange.objects.get().pk)
    assert received == [(RelatedChange("parts", "Parties", [1], [3], "une", "deux"),)]


def test_change_that_its_application_refuses_stays_waiting(site: RoadWorks) -> None:
    related_to(site, RelatedChange("phases", "Phases", [1], [2]))

    def refuse(**_signal: object) -> None:
        raise StaleFeature("Les phases ont changé.")

    with connected(change_accepted, refuse), pytest.raises(StaleFeature):
        accept_change(scope=works_scope(PLANNER), pk=site.pk, change=ProposedChange.objects.get().pk)
    assert ProposedChange.objects.exists()


@contextmanager
def connected(signal: Signal, receiver: Callable[..., None]) -> Iterator[None]:
    """Connect a receiver for the block."""
    signal.connect(receiver)
    try:
        yield
    finally:
        signal.disconnect(receiver)


def test_second_change_of_its_author_adds_to_the_first(site: RoadWorks) -> None:
    proposed(site, entreprise="Autre")
    proposed(site, objet="Fouille profonde")
    assert ProposedChange.objects.get().after == {"entreprise": "Autre", "objet": "Fouille profonde"}


def test_change_that_the_database_refuses_is_not_stored(site: RoadWorks) -> None:
    with pytest.raises(InvalidFeature):
        proposed(site, date_fin=dt.date(2020, 1, 1))
    assert not ProposedChange.objects.exists()


def test_replacement_is_proposed_too(site: RoadWorks) -> None:
    values = {"identifiant": site.identifiant, "objet": "Autre", "nature": "Eau", "maitre_ouvrage": "Ville"}
    dates = {"date_debut": site.date_debut, "date_fin": site.date_fin}
    draft = FeatureInput(values=values | dates, geometry=site.geom)
    replace_feature(scope=works_scope(PARTNER), pk=site.pk, draft=draft, expected=None)
    assert ProposedChange.objects.get().after == {"objet": "Autre", "nature": "Eau", "entreprise": ""}


def test_who_does_not_approve_accepts_nothing(site: RoadWorks) -> None:
    proposed(site, entreprise="Autre")
    with pytest.raises(Forbidden):
        accept_change(scope=works_scope(PARTNER), pk=site.pk, change=ProposedChange.objects.get().pk)


def test_refused_change_says_why_and_second_decision_has_nothing_to_decide(site: RoadWorks) -> None:
    proposed(site, entreprise="Autre")
    change = ProposedChange.objects.get().pk
    refuse_change(scope=works_scope(PLANNER), pk=site.pk, change=change, reason="Pas notre marché")
    assert RowStep.objects.latest("pk").reason == "Pas notre marché"
    with pytest.raises(UnknownFeature):
        accept_change(scope=works_scope(PLANNER), pk=site.pk, change=change)


def test_author_takes_a_change_back(site: RoadWorks) -> None:
    proposed(site, entreprise="Autre")
    take_back_change(scope=works_scope(TOWN_AGENT), pk=site.pk)
    assert not ProposedChange.objects.exists()


def test_row_that_is_public_no_more_has_no_change_to_decide(site: RoadWorks) -> None:
    proposed(site, entreprise="Autre")
    perform(scope=works_scope(PLANNER), pk=site.pk, name="cancel", reason="Abandon")
    assert not ProposedChange.objects.exists()
