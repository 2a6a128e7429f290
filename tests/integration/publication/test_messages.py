"""Who is written to about what waits or is decided: once each, with one link, never about what they may not see."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from datasets.models import Delivery
from datasets.publication.services import publish
from datasets.publication.subjects import DeliverySubject
from gisportal.accounts.models import User
from layers.visitor import system_visitor
from management.approvals.services import remind_deciders
from publication import services
from publication.models import Submission
from publication.waiting import late_submissions, waiting_submissions
from tests.deliveries import bench, dataset, deliver, published
from tests.mail import delivered, link_of
from tests.people import ADMINISTRATOR, GARDENER, OUTSIDER, PLANNER
from tests.world import grant

pytestmark = pytest.mark.django_db


@pytest.fixture
def delivery() -> Delivery:
    """A delivery of PLANNER that GARDENER may approve; everybody has an address, GARDENER reads English."""
    made = dataset(producers_approve=False)
    published(made, bench())
    grant(PLANNER, "bancs", can_add=True, can_change=True, can_delete=True, can_approve=True)
    grant(GARDENER, "bancs", can_approve=True)
    for person in (PLANNER, GARDENER, OUTSIDER, ADMINISTRATOR):
        account = person.account()
        account.email = f"{person.name}@example.org"
        account.save()
    User.objects.filter(username="jardinier").update(language="en")
    return deliver(made, bench(), bench("B2"), visitor=PLANNER.visitor())


def submitted(delivery: Delivery) -> Submission:
    return services.submit(subject=DeliverySubject(delivery), visitor=PLANNER.visitor(), note="Un de plus")


def recipients() -> list[str]:
    return [message.to[0].partition("@")[0] for message in delivered()]


def test_what_is_submitted_is_written_to_another_person_in_their_language(delivery: Delivery) -> None:
    submitted(delivery)
    (message,) = delivered()
    assert message.to == ["jardinier@example.org"]
    assert str(message.subject).startswith("To approve:")
    assert link_of(message) == "/jeux/bancs/livraisons/2/relecture/"


def test_the_producer_reads_why_it_is_sent_back(delivery: Delivery) -> None:
    services.send_back(submission=submitted(delivery), visitor=GARDENER.visitor(), reason="Un banc à Paris")
    assert recipients() == ["jardinier", "urbaniste"]
    assert "Un banc à Paris" in str(delivered()[-1].body)


def test_a_direct_publication_is_written_to_nobody(delivery: Delivery) -> None:
    publish(delivery=delivery, visitor=system_visitor())
    assert recipients() == []


def test_a_reminder_leaves_after_the_days_of_the_layer_once_each(delivery: Delivery) -> None:
    submission = submitted(delivery)
    day = dt.timedelta(days=1)
    at = submission.submitted_at
    assert [remind_deciders(at=at + wait) for wait in (2 * day, 3 * day, 4 * day, 6 * day)] == [0, 1, 0, 1]
    assert recipients() == ["jardinier"] * 3


def test_what_waits_is_listed_for_who_may_decide_it(delivery: Delivery) -> None:
    submitted(delivery)
    people = (PLANNER, GARDENER, OUTSIDER, ADMINISTRATOR)
    listed = {str(person): len(list(waiting_submissions(person.visitor()))) for person in people}
    assert listed == {"urbaniste": 0, "jardinier": 1, "passant": 0, "administrateur": 1}


def test_what_is_ten_minutes_late_waits_for_the_team(delivery: Delivery) -> None:
    start = timezone.now() + dt.timedelta(hours=1)
    services.approve(submission=submitted(delivery), visitor=GARDENER.visitor(), starts_at=start)
    late = [
        len(list(late_submissions(ADMINISTRATOR.visitor(instant=start + dt.timedelta(minutes=minutes)))))
        for minutes in (9, 11)
    ]
    assert late == [0, 1]


def test_a_plan_is_ordered_for_its_very_instant(delivery: Delivery) -> None:
    start = timezone.now() + dt.timedelta(hours=1)
    services.approve(submission=submitted(delivery), visitor=GARDENER.visitor(), starts_at=start)
    (job,) = ProcrastinateJob.objects.filter(task_name="publication.run_at")
    assert job.scheduled_at == start
