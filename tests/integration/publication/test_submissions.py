"""Submissions: decided by somebody else, of the content that was reviewed, at the instant planned."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone

from datasets.models import Delivery
from datasets.publication.subjects import DeliverySubject
from layers.errors import Forbidden
from layers.models import Layer
from layers.visitor import system_visitor
from publication import services
from publication.errors import AlreadyDecided, ContentChanged, InvalidInstant, NotSubmittable
from publication.layers import LayerSubject
from publication.models import PublicationPolicy, Submission
from publication.vocabulary import SubmissionState
from tests.deliveries import bench, dataset, deliver, published
from tests.people import ADMINISTRATOR, GARDENER, OUTSIDER, PLANNER
from tests.world import grant

pytestmark = pytest.mark.django_db


@pytest.fixture
def delivery() -> Delivery:
    """A delivery that waits, of a dataset that a producer feeds and another person approves."""
    made = dataset("bancs", is_open=True, producers_approve=False)
    published(made, bench("B1"))
    grant(PLANNER, "bancs", can_add=True, can_change=True, can_delete=True, can_approve=True)
    grant(GARDENER, "bancs", can_approve=True)
    return deliver(made, bench("B1"), bench("B2"))


def submitted(delivery: Delivery) -> Submission:
    return services.submit(subject=DeliverySubject(delivery), visitor=PLANNER.visitor(), note="Deux bancs")


def state(delivery: Delivery) -> str:
    delivery.refresh_from_db()
    return delivery.state


def test_another_person_than_the_one_who_submits_puts_a_version_online(delivery: Delivery) -> None:
    submission = submitted(delivery)
    with pytest.raises(Forbidden, match="une autre personne"):
        services.approve(submission=submission, visitor=PLANNER.visitor())
    services.approve(submission=submission, visitor=GARDENER.visitor())
    submission.refresh_from_db()
    assert (submission.state, state(delivery)) == (SubmissionState.ONLINE, "online")
    assert [event.state for event in submission.events.all()] == ["submitted", "online"]


def test_who_submits_approves_where_the_layer_says_so(delivery: Delivery) -> None:
    PublicationPolicy.objects.create(layer=delivery.dataset.layer, producers_approve=True)
    services.approve(submission=submitted(delivery), visitor=PLANNER.visitor())
    assert state(delivery) == "online"


def test_who_has_no_right_submits_and_approves_nothing(delivery: Delivery) -> None:
    with pytest.raises(Forbidden):
        services.submit(subject=DeliverySubject(delivery), visitor=OUTSIDER.visitor())
    with pytest.raises(Forbidden):
        services.approve(submission=submitted(delivery), visitor=OUTSIDER.visitor())


def test_a_version_waits_for_one_decision_at_a_time(delivery: Delivery) -> None:
    submission = submitted(delivery)
    with pytest.raises(NotSubmittable, match="attend déjà"):
        submitted(delivery)
    services.approve(submission=submission, visitor=GARDENER.visitor())
    with pytest.raises(AlreadyDecided, match="en ligne"):
        services.approve(submission=submission, visitor=ADMINISTRATOR.visitor())


def test_an_approval_is_of_the_content_that_was_submitted(delivery: Delivery) -> None:
    submission = submitted(delivery)
    Delivery.objects.filter(pk=delivery.pk).update(file_sha256="0" * 64)
    with pytest.raises(ContentChanged):
        services.approve(submission=submission, visitor=GARDENER.visitor())
    assert state(delivery) == "ready"


def test_what_is_sent_back_says_why(delivery: Delivery) -> None:
    submission = submitted(delivery)
    with pytest.raises(NotSubmittable, match="pourquoi"):
        services.send_back(submission=submission, visitor=GARDENER.visitor(), reason="")
    services.send_back(submission=submission, visitor=GARDENER.visitor(), reason="Un banc est à Paris.")
    submission.refresh_from_db()
    assert (submission.state, submission.reason) == (SubmissionState.SENT_BACK, "Un banc est à Paris.")
    assert submitted(delivery).pk != submission.pk


def test_a_planned_version_goes_online_at_its_instant_and_leaves_at_its_end(delivery: Delivery) -> None:
    now = timezone.now()
    start, end = now + dt.timedelta(hours=1), now + dt.timedelta(hours=2)
    submission = submitted(delivery)
    services.approve(submission=submission, visitor=GARDENER.visitor(), starts_at=start, ends_at=end)
    assert services.run_due(system_visitor(start - dt.timedelta(seconds=1))) == []
    assert state(delivery) == "ready"
    services.run_due(system_visitor(start + dt.timedelta(minutes=7)))  # the worker was down: once, late
    assert services.run_due(system_visitor(start + dt.timedelta(minutes=8))) == []
    event = submission.events.get(state="online")
    assert (state(delivery), event.planned_at, event.at) == ("online", start, start + dt.timedelta(minutes=7))
    services.run_due(system_visitor(end))
    assert Layer.objects.get(slug="bancs").state == "archived"


def test_a_plan_is_moved_or_cancelled_and_never_begins_in_the_past(delivery: Delivery) -> None:
    now = timezone.now()
    submission = submitted(delivery)
    with pytest.raises(InvalidInstant):
        services.approve(
            submission=submission, visitor=GARDENER.visitor(instant=now), starts_at=now - dt.timedelta(days=1)
        )
    first, second = now + dt.timedelta(days=1), now + dt.timedelta(days=2)
    services.approve(submission=submission, visitor=GARDENER.visitor(), starts_at=first)
    services.move(submission=submission, visitor=GARDENER.visitor(), starts_at=second)
    assert services.run_due(system_visitor(first)) == []
    services.cancel(submission=submission, visitor=PLANNER.visitor(), reason="Trop tôt")
    assert services.run_due(system_visitor(second)) == []
    assert state(delivery) == "ready"


def test_what_changed_after_its_approval_waits_for_another(delivery: Delivery) -> None:
    start = timezone.now() + dt.timedelta(days=1)
    submission = submitted(delivery)
    services.approve(submission=submission, visitor=GARDENER.visitor(), starts_at=start)
    Delivery.objects.filter(pk=delivery.pk).update(row_count=9)
    services.run_due(system_visitor(start))
    submission.refresh_from_db()
    assert (submission.state, state(delivery)) == (SubmissionState.SUBMITTED, "ready")


def test_an_end_before_the_start_that_stays_is_refused_by_name(delivery: Delivery) -> None:
    start = timezone.now() + dt.timedelta(days=2)
    submission = submitted(delivery)
    services.approve(submission=submission, visitor=GARDENER.visitor(), starts_at=start)
    with pytest.raises(InvalidInstant) as refusal:
        services.move(submission=submission, visitor=GARDENER.visitor(), ends_at=start - dt.timedelta(days=1))
    assert refusal.value.parameter == "ends_at"


def test_what_was_planned_and_over_before_the_worker_came_back_never_goes_online(delivery: Delivery) -> None:
    start = timezone.now() + dt.timedelta(hours=1)
    end = start + dt.timedelta(hours=1)
    submission = submitted(delivery)
    services.approve(submission=submission, visitor=GARDENER.visitor(), starts_at=start, ends_at=end)
    services.run_due(system_visitor(end))
    submission.refresh_from_db()
    assert (submission.state, state(delivery)) == (SubmissionState.SUBMITTED, "ready")


def test_a_withdrawal_takes_back_what_was_approved_before_and_a_later_approval_stands(
    delivery: Delivery,
) -> None:
    start = timezone.now() + dt.timedelta(days=1)
    submission, layer = submitted(delivery), delivery.dataset.layer
    services.approve(submission=submission, visitor=GARDENER.visitor(), starts_at=start)
    services.withdraw_directly(subject=LayerSubject(layer), visitor=GARDENER.visitor(), reason="Erreur")
    services.run_due(system_visitor(start))
    submission.refresh_from_db()
    layer.refresh_from_db()
    assert (submission.state, state(delivery), layer.state) == ("submitted", "ready", "archived")
    services.approve(submission=submission, visitor=GARDENER.visitor(), starts_at=start)
    services.run_due(system_visitor(start))
    layer.refresh_from_db()
    assert (state(delivery), layer.state) == ("online", "published")


def test_a_delivery_that_arrives_during_a_review_waits_for_its_own(delivery: Delivery) -> None:
    submission = submitted(delivery)
    later = deliver(delivery.dataset, bench("B1"), bench("B2"), bench("B3"))
    services.approve(submission=submission, visitor=GARDENER.visitor())
    later.refresh_from_db()
    delivery.dataset.refresh_from_db()
    assert (delivery.dataset.online, later.state) == (delivery, "ready")
    assert not Submission.objects.filter(version=later.number).exists()
