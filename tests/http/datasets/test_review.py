"""The review of a delivery: what its page says and takes, for each kind of person, and what it costs."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from datasets.models import Delivery
from gisportal.journal.models import JournalEntry
from gisportal.journal.vocabulary import Event
from layers.models import ProtectedField
from publication.models import CheckAcceptance, Remark, Submission
from publication.vocabulary import SubmissionState
from tests.dashboards import dashboard
from tests.deliveries import bench, dataset, deliver, published
from tests.factories import MEUDON, MIDDLES, SEVRES
from tests.people import ADMINISTRATOR, GARDENER, OUTSIDER, PLANNER, PUBLIC, Person
from tests.world import grant

pytestmark = pytest.mark.usefixtures("communes")
FAR = (MIDDLES[MEUDON][0] + 0.001, MIDDLES[MEUDON][1])


@pytest.fixture
def delivery() -> Delivery:
    """A version with a bench that comes, one that leaves, one that changes, two that move; the planner loads it."""
    made = dataset("bancs", is_open=True)
    lines = [bench(f"B{n}") for n in range(1, 41)]
    published(made, *lines)
    grant(PLANNER, "bancs", can_add=True, can_change=True, can_delete=True)
    grant(GARDENER, "bancs", can_approve=True)
    changed = [
        bench("B2", places="4"),
        bench("B3", at=SEVRES),
        bench("B4", at=FAR),
        *lines[4:],
        bench("B99", "Banc neuf"),
    ]
    return deliver(made, *changed, visitor=PLANNER.visitor())


def browser(person: Person) -> Client:
    client = Client(headers={"host": "localhost"})
    if not person.is_anonymous:
        client.force_login(person.account(), backend="django.contrib.auth.backends.ModelBackend")
    return client


def address(delivery: Delivery, part: str = "") -> str:
    return f"/jeux/{delivery.dataset.layer.slug}/livraisons/{delivery.number}/relecture/{part}"


def words(answer: HttpResponse) -> str:
    """Return the text of a page, without markup."""
    return " ".join(re.sub(r"<[^>]*>", " ", answer.content.decode()).split()).replace("\u00a0", " ")


def page(person: Person, delivery: Delivery, query: str = "") -> str:
    answer = browser(person).get(address(delivery) + query)
    assert answer.status_code == 200
    return words(answer)


def decide(person: Person, delivery: Delivery, **values: str) -> HttpResponse:
    """Send the form of the page as the person reads it."""
    client = browser(person)
    content = client.get(address(delivery)).content.decode()
    token = re.search(r'name="token" value="([^"]*)"', content)
    reasons = {name: "Vu avec le service" for name in re.findall(r'name="(reason-[a-z-]+)"', content)}
    sent = reasons | {"token": token[1] if token else ""} | values
    return client.post(address(delivery, "decision/"), sent)


def submission_of(delivery: Delivery) -> Submission:
    return Submission.objects.get(kind="delivery", version=delivery.number)


def state(delivery: Delivery) -> str:
    delivery.refresh_from_db()
    return delivery.state


@pytest.mark.parametrize("person", [PUBLIC, OUTSIDER], ids=str)
@pytest.mark.parametrize("part", ["", "ligne/?ligne=1", "tableaux/", "ecarts.geojson"])
def test_review_is_absent_for_who_neither_loads_nor_approves(
    person: Person, part: str, delivery: Delivery
) -> None:
    assert browser(person).get(address(delivery, part)).status_code == 404


def test_sentence_counts_each_kind_once(delivery: Delivery) -> None:
    text = page(GARDENER, delivery)
    assert "La livraison ajoute 1 ligne , en modifie 1 , en déplace 2 et en retire 1 ." in text


def test_cells_are_read_before_and_after_and_the_furthest_move_comes_first(delivery: Delivery) -> None:
    answer = browser(GARDENER).get(address(delivery))
    rows = [row.key for row in answer.context["table"].rows]
    assert rows == ["B3", "B4", "B2", "B99", "B1"]
    changed = answer.context["table"].rows[2]
    assert ("3", "4") in [(cell.before, cell.after) for cell in changed.cells]
    assert answer.context["detail"].changes_commune
    assert "Meudon, puis Sèvres" in words(answer)


def test_a_kind_filters_the_rows_and_another_word_is_refused(delivery: Delivery) -> None:
    answer = browser(GARDENER).get(address(delivery) + "?sorte=retirees")
    assert [row.key for row in answer.context["table"].rows] == ["B1"]
    for query in ("?sorte=x", "?apres=x", "?ligne=x", "?inconnu=1"):
        assert browser(GARDENER).get(address(delivery) + query).status_code == 400


def test_pages_by_key_hold_each_row_once(delivery: Delivery, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("datasets.review.queries.PAGE_ROWS", 2)
    client, query, rows = browser(GARDENER), "", []
    for _page in range(3):
        context = client.get(address(delivery) + query).context
        rows += [row.key for row in context["table"].rows]
        query = context["table"].next
    assert rows == ["B3", "B4", "B2", "B99", "B1"]
    assert query == ""


def test_a_field_that_the_reader_does_not_read_is_reserved_before_and_after(delivery: Delivery) -> None:
    group = ADMINISTRATOR.account().groups
    field = ProtectedField.objects.create(layer=delivery.dataset.layer, name="places")
    field.groups.set(group.all())
    answer = browser(GARDENER).get(address(delivery))
    assert [row.key for row in answer.context["table"].rows] == ["B3", "B4", "B99", "B1"]
    assert [column.title for column in answer.context["table"].columns if column.is_reserved] == ["places"]
    assert "réservé" in words(answer)


def test_page_leads_to_the_dashboards_that_change_and_has_what_harvesters_get(delivery: Delivery) -> None:
    panel = {
        "id": "bancs",
        "kind": "figure",
        "title": "Déplacés",
        "question": {"layer": "bancs", "measures": "sum:places"},
    }
    dashboard("mobilier", sections=[{"id": "s", "title": "S", "panels": [panel]}], is_public=True)
    client = browser(GARDENER)
    content = client.get(address(delivery)).content.decode()
    assert f'data-review-part="{address(delivery, "tableaux/")}"' in content
    assert "Ce que les moissonneurs recevront" in content
    assert "Déplacés" not in content
    whole = client.get(address(delivery, "tableaux/"))
    part = client.get(address(delivery, "tableaux/"), headers={"HX-Request": "true"})
    assert "<html" not in part.content.decode()
    for answer in (whole, part):
        assert "Déplacés" in words(answer)


def test_map_has_a_sign_for_each_change(delivery: Delivery) -> None:
    document = browser(GARDENER).get(address(delivery, "ecarts.geojson")).json()
    changes = sorted(one["properties"]["change"] for one in document["features"])
    assert [change for change in changes if change != "same"] == [
        "added",
        "changed",
        "moved",
        "moved",
        "removed",
    ]


def test_who_approves_publishes_once_every_check_has_its_reason(delivery: Delivery) -> None:
    content = browser(GARDENER).get(address(delivery)).context
    codes = [one.check.code for one in content["pending"]]
    refused = browser(GARDENER).post(
        address(delivery, "decision/"), {"action": "publish", "token": content["panel"].token}
    )
    assert (refused.status_code, state(delivery)) == (400, "ready")
    assert not Submission.objects.filter(version=delivery.number).exists()
    assert decide(GARDENER, delivery, action="publish").status_code == 302
    assert state(delivery) == "online"
    accepted = CheckAcceptance.objects.values_list("code", "accepted_by__username")
    assert sorted(accepted) == sorted((code, GARDENER.name) for code in codes)
    assert codes
    journal = JournalEntry.objects.filter(event=Event.PUBLICATION, detail__has_key="check")
    assert journal.count() == len(codes)


def test_who_delivers_submits_and_does_not_decide(delivery: Delivery) -> None:
    text = page(PLANNER, delivery)
    assert "Publier maintenant" not in text
    assert decide(PLANNER, delivery, action="publish").status_code == 403
    assert decide(PLANNER, delivery, action="submit", note="Deux bancs déplacés").status_code == 302
    assert "Deux bancs déplacés" in page(GARDENER, delivery)


def test_a_plan_is_for_the_next_monday_and_is_changed_on_the_page(delivery: Delivery) -> None:
    decide(GARDENER, delivery, action="proposed")
    submission = submission_of(delivery)
    start = submission.starts_at.astimezone(dt.UTC) if submission.starts_at else None
    assert (submission.state, start is not None and start.weekday()) == (SubmissionState.APPROVED, 0)
    assert state(delivery) == "ready"
    moved = decide(GARDENER, delivery, action="move", starts_day="2099-01-05", starts_time="08:00")
    assert moved.status_code == 302
    submission.refresh_from_db()
    assert submission.starts_at == dt.datetime(2099, 1, 5, 7, tzinfo=dt.UTC)
    assert decide(GARDENER, delivery, action="cancel").status_code == 302
    assert submission_of(delivery).state == SubmissionState.CANCELLED


def test_what_is_sent_back_carries_its_remarks_and_the_producer_answers(delivery: Delivery) -> None:
    assert decide(GARDENER, delivery, action="send-back").status_code == 400
    row = browser(GARDENER).get(address(delivery)).context["detail"].row.id
    written = browser(GARDENER).post(address(delivery, f"remarques/?ligne={row}"), {"text": "À Sèvres ?"})
    assert written.status_code == 302
    assert "À Sèvres ?" in page(GARDENER, delivery)
    assert "À Sèvres ?" not in page(PLANNER, delivery)
    assert decide(GARDENER, delivery, action="send-back").status_code == 302
    assert "À Sèvres ?" in page(PLANNER, delivery, f"?ligne={row}")
    remark = Remark.objects.get()
    answer = reverse("publication:answer", args=[remark.submission_id, remark.pk])
    assert browser(PLANNER).post(answer, {"text": "Oui, corrigé."}).status_code == 302
    assert "Oui, corrigé." in page(GARDENER, delivery, f"?ligne={row}")
    assert browser(OUTSIDER).post(answer, {"text": "Moi aussi"}).status_code == 404


def test_a_remark_on_a_row_that_does_not_change_is_refused(delivery: Delivery) -> None:
    assert (
        browser(GARDENER).post(address(delivery, "remarques/?ligne=9999"), {"text": "?"}).status_code == 404
    )
    assert not Remark.objects.exists()


def test_who_decides_second_is_stopped_and_the_page_says_who_did(delivery: Delivery) -> None:
    late = browser(ADMINISTRATOR)
    context = late.get(address(delivery)).context
    decide(GARDENER, delivery, action="send-back", reason="Un banc à vérifier")
    sent = {"action": "publish", "token": context["panel"].token}
    sent |= {f"reason-{one.check.code}": "Vu" for one in context["pending"]}
    answer = late.post(address(delivery, "decision/"), sent)
    assert (answer.status_code, state(delivery)) == (409, "ready")
    assert "a changé d’état pendant votre lecture : renvoyée" in words(answer)
    assert "Publier maintenant" not in words(answer)
    watch = reverse("publication:state", args=[submission_of(delivery).pk])
    assert "Un banc" not in words(late.get(f"{watch}?vu=0"))
    assert "a décidé pendant votre lecture : renvoyée" in words(late.get(f"{watch}?vu=0"))


def test_a_review_costs_as_many_statements_whatever_the_rows(delivery: Delivery) -> None:
    client = browser(GARDENER)

    def statements(one: Delivery) -> int:
        client.get(address(one))
        with CaptureQueriesContext(connection) as sent:
            client.get(address(one))
        return len(sent)

    few = statements(delivery)
    lines = [bench(f"B{n}", places="5", at=(SEVRES if n % 2 else MEUDON)) for n in range(2, 80)]
    many = deliver(delivery.dataset, *lines, visitor=PLANNER.visitor())
    assert statements(many) == few
