"""The page of publication of a layer: who opens it, what its buttons do, what it refuses by name."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client
from django.utils import timezone

from datasets.models import Dataset
from datasets.publication.subjects import DeliverySubject
from gisportal.journal.models import JournalEntry
from gisportal.journal.vocabulary import Event
from layers.models import Layer
from layers.visitor import system_visitor
from publication import services
from publication.models import PublicationPolicy, Submission
from tests.deliveries import bench, dataset, deliver, published
from tests.people import ADMINISTRATOR, GARDENER, OUTSIDER, PLANNER
from tests.staff import signed_in
from tests.world import grant

pytestmark = pytest.mark.usefixtures("communes", "media")
ADDRESS = "/publication/couches/bancs/"


@pytest.fixture
def made() -> Dataset:
    """A dataset online that PLANNER feeds and GARDENER approves."""
    made = dataset(producers_approve=False)
    published(made, bench())
    grant(PLANNER, "bancs", can_add=True, can_change=True, can_delete=True)
    grant(GARDENER, "bancs", can_approve=True)
    return made


@pytest.fixture
def approver(made: Dataset) -> Client:
    return signed_in(GARDENER)


def state() -> str:
    return Layer.objects.get(slug="bancs").state


def test_the_page_is_absent_for_who_neither_feeds_nor_approves(made: Dataset) -> None:
    assert signed_in(OUTSIDER).get(ADDRESS).status_code == 404
    assert [signed_in(person).get(ADDRESS).status_code for person in (PLANNER, GARDENER)] == [200, 200]


def test_who_approves_withdraws_with_a_reason_that_history_and_journal_have(approver: Client) -> None:
    approver.post(ADDRESS, {"action": "retirer", "motif": "Adresses fausses"})
    assert state() == "archived"
    assert "Adresses fausses" in approver.get(ADDRESS).content.decode()
    (entry,) = JournalEntry.objects.filter(
        event=Event.PUBLICATION, detail__state="withdrawn", detail__kind="layer"
    )
    assert (entry.subject, entry.actor_name, entry.detail["reason"]) == (
        "layer bancs",
        "jardinier",
        "Adresses fausses",
    )
    approver.post(ADDRESS, {"action": "mettre-en-ligne"})
    assert state() == "published"


def test_who_feeds_submits_a_withdrawn_layer_and_does_not_decide(made: Dataset) -> None:
    services.withdraw(submission=Submission.objects.get(), visitor=system_visitor(), reason="")
    producer = signed_in(PLANNER)
    assert producer.post(ADDRESS, {"action": "mettre-en-ligne"}).status_code == 403
    assert producer.post(ADDRESS, {"action": "regles", "most_lost_rows": "5"}).status_code == 403
    producer.post(ADDRESS, {"action": "soumettre", "motif": "Corrigée"})
    assert (state(), Submission.objects.get(kind="layer").state) == ("archived", "submitted")


def test_an_hour_that_does_not_exist_is_refused_by_name(approver: Client) -> None:
    sent = {"action": "dates", "ends_day": "2027-03-28", "ends_time": "02:30"}
    page = approver.post(ADDRESS, sent)
    assert page.status_code == 422
    assert "02:30 n’existe pas le 28/03/2027" in page.content.decode()


def test_an_end_is_planned_moved_and_lifted_under_the_same_number(approver: Client) -> None:
    approver.post(
        ADDRESS, {"action": "dates", "ends_day": "2027-10-31", "ends_time": "02:30", "ends_turn": "2"}
    )
    row = Submission.objects.get(kind="layer")
    assert row.ends_at == dt.datetime(2027, 10, 31, 1, 30, tzinfo=dt.UTC)
    number = str(row.pk)
    moved = {"action": "dates", "soumission": number, f"{number}-ends_day": "2027-11-02"}
    approver.post(ADDRESS, moved)
    row.refresh_from_db()
    assert row.ends_at == dt.datetime(2027, 11, 1, 23, tzinfo=dt.UTC)
    approver.post(ADDRESS, {"action": "dates", "soumission": number})
    row.refresh_from_db()
    assert row.ends_at is None


def test_rules_are_written_and_journaled(approver: Client) -> None:
    rules = {"producers_approve": "on", "most_lost_rows": "7", "most_extent_shift": "8", "reminder_days": "0"}
    approver.post(ADDRESS, {"action": "regles", **rules})
    policy = PublicationPolicy.objects.get()
    assert (policy.producers_approve, policy.is_automatic, policy.most_lost_rows) == (True, False, 7)
    (entry,) = JournalEntry.objects.filter(event=Event.PUBLICATION, detail__after__most_lost_rows=7)
    assert entry.actor_name == "jardinier"
    wrong = approver.post(ADDRESS, {"action": "regles", **rules, "most_lost_rows": "101"})
    assert wrong.status_code == 422


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        ({"action": "autre"}, 400),
        ({"action": "annuler", "soumission": "x"}, 400),
        ({"action": "annuler", "soumission": "9" * 30}, 400),
        ({"action": "annuler", "soumission": "999999"}, 404),
        ({"action": "retirer", "motif": "x" * 1_001}, 400),
    ],
)
def test_what_cannot_be_done_is_refused(approver: Client, sent: dict[str, str], status: int) -> None:
    assert approver.post(ADDRESS, sent).status_code == status
    assert state() == "published"


def test_a_producer_submits_a_delivery_with_a_note_and_another_person_approves(made: Dataset) -> None:
    delivery = deliver(made, bench(), bench("B2"), visitor=PLANNER.visitor())
    producer, approver = signed_in(PLANNER), signed_in(GARDENER)
    address = "/jeux/bancs/versions/2/"
    assert 'name="mot-note"' in producer.get(address).content.decode()
    producer.post(f"{address}soumettre/", {"mot-note": "Un banc de plus"})
    home = approver.get("/").content.decode()
    assert "Un banc de plus" in home
    assert "Un banc de plus" not in producer.get("/").content.decode()
    approver.post(f"{address}publier/", {})
    delivery.refresh_from_db()
    assert (delivery.state, Submission.objects.get(version=2).state) == ("online", "online")


def test_a_plan_is_cancelled_by_who_submitted(made: Dataset) -> None:
    delivery = deliver(made, bench(), visitor=PLANNER.visitor())
    submission = services.submit(subject=DeliverySubject(delivery), visitor=PLANNER.visitor())
    start = timezone.now() + dt.timedelta(days=1)
    services.approve(submission=submission, visitor=ADMINISTRATOR.visitor(), starts_at=start)
    signed_in(PLANNER).post(ADDRESS, {"action": "annuler", "soumission": str(submission.pk)})
    submission.refresh_from_db()
    assert submission.state == "cancelled"
