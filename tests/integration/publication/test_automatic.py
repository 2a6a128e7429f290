"""Deliveries that go online by themselves, and those that are submitted with what is unusual about them."""

from __future__ import annotations

import datetime as dt

import pytest

from datasets.models import Dataset, Delivery
from datasets.review.automatic import bring_to_approval
from layers.visitor import system_visitor
from layers.vocabulary import LayerState
from publication.layers import change_layer_state
from publication.models import PublicationPolicy, Submission
from tests.deliveries import BENCHES, bench, dataset, deliver, published
from tests.factories import BOULOGNE
from tests.people import ADMINISTRATOR

pytestmark = pytest.mark.django_db
TEN = [bench(f"B{number}") for number in range(10)]


@pytest.fixture
def made() -> Dataset:
    """A dataset with ten rows online, whose rules publish what is ordinary: at most a tenth of rows lost."""
    made = dataset(producers_approve=False)
    published(made, *TEN)
    PublicationPolicy.objects.create(layer=made.layer, is_automatic=True, most_lost_rows=10)
    return made


def brought(delivery: Delivery, *, is_by_person: bool = False) -> Submission:
    visitor = ADMINISTRATOR.visitor() if is_by_person else system_visitor()
    submission = bring_to_approval(delivery=delivery, visitor=visitor, is_by_person=is_by_person)
    assert submission is not None
    return submission


def test_an_ordinary_delivery_goes_online_by_itself(made: Dataset) -> None:
    delivery = deliver(made, *TEN[:9], visitor=ADMINISTRATOR.visitor())
    submission = brought(delivery, is_by_person=True)
    made.refresh_from_db()
    assert made.online == delivery
    assert submission.decided_by is None


def test_a_delivery_that_loses_rows_waits_and_yesterdays_stays(made: Dataset) -> None:
    submission = brought(deliver(made, *TEN[:8]))
    made.refresh_from_db()
    assert submission.state == "submitted"
    assert "20\u00a0% des lignes disparaissent" in submission.note
    assert made.online is not None
    assert made.online.number == 1


def test_a_column_that_goes_is_named(made: Dataset) -> None:
    fields = tuple(field for field in BENCHES.fields if field.name != "prix")
    schema = type(BENCHES)(fields=fields, geometry=BENCHES.geometry, key=("code",), title_field="nom")
    assert "1 colonne disparaît. prix" in brought(deliver(made, *TEN, schema=schema)).note


def test_rows_elsewhere_move_the_extent(made: Dataset) -> None:
    assert "L’emprise se déplace." in brought(deliver(made, *TEN[:9], bench("B9", at=BOULOGNE))).note


def test_a_machine_submits_and_a_person_chooses_without_automatic_rules() -> None:
    made = dataset()
    delivery = deliver(made, bench())
    by_person = bring_to_approval(delivery=delivery, visitor=ADMINISTRATOR.visitor(), is_by_person=True)
    assert by_person is None
    assert brought(delivery).state == "submitted"


def test_a_first_version_waits_whatever_the_rules() -> None:
    made = dataset()
    PublicationPolicy.objects.filter(layer=made.layer).update(is_automatic=True)
    submission = brought(deliver(made, bench()))
    assert submission.state == "submitted"
    assert submission.submitted_at - submission.events.get().at == dt.timedelta()


def test_an_ordinary_delivery_puts_no_withdrawn_layer_online_again(made: Dataset) -> None:
    change_layer_state(layer=made.layer, state=LayerState.ARCHIVED, visitor=system_visitor())
    submission = brought(deliver(made, *TEN))
    made.layer.refresh_from_db()
    assert (submission.state, made.layer.state) == ("submitted", "archived")
    assert "La couche est retirée" in submission.note
