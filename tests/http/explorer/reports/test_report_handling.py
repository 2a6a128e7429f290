"""Reports reach who edits the layer: which ones each person reads, follows and answers, and who is told."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from amenities.models import Playground
from explorer.models import FeatureReport
from explorer.reports.jobs import ADDRESS_DAYS, forget_addresses
from gisportal.journal.models import JournalEntry
from layers.models import Grant, Layer
from tests.answer_mails import work_answers
from tests.factories import MEUDON
from tests.people import ADMINISTRATOR, GARDENER, PLANNER, TOWN_AGENT, Person, of_each_right
from tests.world import PLAYGROUNDS, TREES, World, grant, protect

LIST = "/signalements/"
EMAIL = "voisine@example.org"
TOWN_PORTAL = "meudon.localhost"


@pytest.fixture
def reports(world: World) -> dict[str, FeatureReport]:
    """A report on each feature; PLANNER edits every playground, TOWN_AGENT those of Meudon, GARDENER the trees."""
    grant(PLANNER, PLAYGROUNDS, can_add=True, can_change=True, can_delete=True)
    grant(
        TOWN_AGENT, PLAYGROUNDS, rows=f"commune = '{MEUDON}'", can_add=True, can_change=True, can_delete=True
    )
    grant(GARDENER, TREES, can_add=True, can_change=True, can_delete=True)
    features = {name: (PLAYGROUNDS, found.pk) for name, found in world.playgrounds.items()}
    features["Cedre-Meudon"] = (TREES, world.trees["Cedre-Meudon"].pk)
    return {name: report_on(layer, pk, title=name) for name, (layer, pk) in features.items()}


def report_on(layer: str, pk: int, **values: object) -> FeatureReport:
    return FeatureReport.objects.create(
        **{"layer": layer, "feature": pk, "category": "danger", "message": "Banc cassé", "email": EMAIL}
        | values
    )


def client_of(person: Person) -> Client:
    client = Client()
    if not person.is_anonymous:
        client.force_login(person.account(), backend="django.contrib.auth.backends.ModelBackend")
    return client


def listed(person: Person, query: str = "", **headers: str) -> set[str] | int:
    """Return the names of the features in the list, or the status of who has no list."""
    response = client_of(person).get(f"{LIST}{query}", headers=headers)
    if response.status_code != 200:
        return response.status_code
    return {
        re.sub(r"<[^>]+>", "", cell).split("\n")[1].strip()
        for cell in re.findall(r'<th scope="row">(.*?)</th>', response.content.decode(), re.DOTALL)
    }


def address(report: FeatureReport) -> str:
    return f"{LIST}{report.pk}/"


ALL = {"Jeux-Val", "Jeux-Bruyeres", "Jeux-Pont"}
HANDLED = {
    str(PLANNER): ALL,
    str(TOWN_AGENT): {"Jeux-Val", "Jeux-Bruyeres"},
    str(GARDENER): {"Cedre-Meudon"},
    str(ADMINISTRATOR): ALL | {"Cedre-Meudon"},
}


@pytest.mark.parametrize("person", of_each_right(), ids=str)
def test_who_edits_a_feature_reads_its_reports(reports: dict[str, FeatureReport], person: Person) -> None:
    assert listed(person) == HANDLED.get(str(person), 404)


@pytest.mark.parametrize("person", of_each_right(), ids=str)
def test_a_report_is_absent_for_who_does_not_edit_its_feature(
    reports: dict[str, FeatureReport], person: Person
) -> None:
    client, handled = client_of(person), HANDLED.get(str(person), set())
    seen = {name for name, report in reports.items() if client.get(address(report)).status_code == 200}
    followed = {
        name
        for name, report in reports.items()
        if client.post(address(report), {"action": "prendre"}).status_code == 302
    }
    assert seen == handled
    assert followed == handled
    assert set(FeatureReport.objects.filter(state="in-progress").values_list("title", flat=True)) == handled


def test_a_right_withdrawn_takes_its_reports_away_at_once(reports: dict[str, FeatureReport]) -> None:
    client = client_of(PLANNER)
    assert client.get(address(reports["Jeux-Val"])).status_code == 200
    Grant.objects.filter(layer__slug=PLAYGROUNDS, can_add=True, can_change=True, can_delete=True).delete()
    statuses = {client.get(page).status_code for page in (LIST, address(reports["Jeux-Val"]))}
    statuses.add(client.post(address(reports["Jeux-Val"]), {"action": "clore"}).status_code)
    assert (statuses, listed(GARDENER)) == ({404}, {"Cedre-Meudon"})


def test_a_layer_taken_off_leaves_its_reports_to_administrators(reports: dict[str, FeatureReport]) -> None:
    Layer.objects.filter(slug=PLAYGROUNDS).update(state="archived")
    assert listed(PLANNER) == 404
    assert listed(ADMINISTRATOR) == ALL | {"Cedre-Meudon"}
    assert client_of(ADMINISTRATOR).get(address(reports["Jeux-Val"])).status_code == 200


@pytest.mark.parametrize("person", of_each_right(), ids=str)
def test_the_home_page_counts_what_waits_for_its_reader(
    reports: dict[str, FeatureReport], person: Person
) -> None:
    FeatureReport.objects.filter(title="Jeux-Val").update(state="in-progress")
    FeatureReport.objects.filter(title="Jeux-Bruyeres").update(state="closed", email="")
    body = " ".join(client_of(person).get("/").content.decode().split())
    told = re.search(r"Signalements à traiter</a>\s*:\s*(.*?)</p>", body)
    expected = {
        str(PLANNER): "1 nouveau, 1 en cours",
        str(TOWN_AGENT): "1 en cours",
        str(GARDENER): "1 nouveau",
        str(ADMINISTRATOR): "2 nouveaux, 1 en cours",
    }
    assert (told[1] if told else None) == expected.get(str(person))


def test_the_portal_of_a_commune_narrows_the_reports(reports: dict[str, FeatureReport]) -> None:
    gone = report_on(PLAYGROUNDS, 10**9, title="Disparue")
    assert listed(PLANNER, Host=TOWN_PORTAL) == {"Jeux-Val", "Jeux-Bruyeres"}
    assert listed(ADMINISTRATOR, Host=TOWN_PORTAL) == {"Jeux-Val", "Jeux-Bruyeres", "Cedre-Meudon"}
    response = client_of(PLANNER).get(address(reports["Jeux-Pont"]), headers={"Host": TOWN_PORTAL})
    assert response.status_code == 404
    assert client_of(PLANNER).get(address(gone), headers={"Host": TOWN_PORTAL}).status_code == 404


def test_reports_are_listed_by_state_and_layer(reports: dict[str, FeatureReport]) -> None:
    FeatureReport.objects.filter(title="Jeux-Val").update(state="closed", email="")
    assert listed(ADMINISTRATOR, "?etat=closed") == {"Jeux-Val"}
    assert listed(ADMINISTRATOR, f"?etat=tous&couche={PLAYGROUNDS}") == ALL
    assert listed(ADMINISTRATOR, f"?couche={TREES}") == {"Cedre-Meudon"}
    body = client_of(TOWN_AGENT).get(LIST).content.decode()
    assert re.findall(r">([^<(]+) \((\d+)\)</option>", body) == [
        ("À traiter", "1"), ("Nouveau", "1"), ("En cours", "0"), ("Répondu", "0"), ("Clos", "1"), ("Tous", "2")
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("?etat=perdu", "« perdu »"),
        (f"?couche={TREES}", f"« {TREES} »"),
        ("?page=0", "« 0 »"),
        ("?couleur=1", "« couleur »"),
    ],
)
def test_a_faulty_question_is_refused_by_name(
    reports: dict[str, FeatureReport], query: str, said: str
) -> None:
    response = client_of(PLANNER).get(f"{LIST}{query}")
    assert (response.status_code, said in response.content.decode()) == (400, True)


def test_a_feature_that_is_gone_keeps_its_name_for_who_edits_every_row(
    reports: dict[str, FeatureReport],
) -> None:
    Playground.objects.filter(nom="Jeux-Val").delete()
    assert listed(PLANNER) == ALL
    assert listed(TOWN_AGENT) == {"Jeux-Bruyeres"}
    body = client_of(PLANNER).get(address(reports["Jeux-Val"])).content.decode()
    assert "supprimé depuis" in body
    assert "Jeux-Val</a>" not in body


def test_the_name_of_what_is_gone_is_not_told_to_who_does_not_read_names(
    reports: dict[str, FeatureReport],
) -> None:
    protect(PLAYGROUNDS, "nom", GARDENER)
    Playground.objects.filter(nom="Jeux-Val").delete()
    assert "Jeux-Val" not in client_of(PLANNER).get(LIST).content.decode()


def test_a_report_is_named_as_its_reporter_knew_the_feature(world: World) -> None:
    pk = world.trees["Cedre-Meudon"].pk
    Client().post(f"/catalogue/{TREES}/{pk}/signaler/", {"category": "gone", "message": "Abattu"})
    assert FeatureReport.objects.get().title == "Cedre-Meudon"


def answer(report: FeatureReport, person: Person = PLANNER, **values: str) -> int:
    posted = {"action": "repondre", "answer": "Le banc est\r\nréparé."} | values
    return client_of(person).post(address(report), posted).status_code


def sent() -> list[str]:
    """Return the bodies of the messages that the worker sends."""
    work_answers()
    return [f"{message.to[0]} {message.body}" for message in mail.outbox]


def test_who_left_an_address_gets_the_answer(reports: dict[str, FeatureReport]) -> None:
    report = reports["Jeux-Val"]
    assert answer(report) == 302
    report.refresh_from_db()
    assert (report.state, report.answer, report.email) == ("answered", "Le banc est\nréparé.", EMAIL)
    (message,) = sent()
    assert message.startswith(f"{EMAIL} Bonjour,\n")
    assert "Le banc est\nréparé." in message
    assert "Jeux-Val" in message
    assert f"/catalogue/{PLAYGROUNDS}/{report.feature}/" in message


def test_an_answer_that_closes_is_sent_and_forgets_the_address(reports: dict[str, FeatureReport]) -> None:
    report = reports["Jeux-Val"]
    answer(report, is_closed="on")
    report.refresh_from_db()
    assert (report.state, report.email) == ("closed", "")
    assert len(sent()) == 1


def test_without_an_address_nothing_is_sent(reports: dict[str, FeatureReport]) -> None:
    FeatureReport.objects.update(email="")
    answer(reports["Jeux-Val"])
    assert sent() == []


@pytest.mark.parametrize("words", ["", "  ", "a" * 2_001, "a\x00"])
def test_an_answer_without_words_is_refused_and_changes_nothing(
    reports: dict[str, FeatureReport], words: str
) -> None:
    assert answer(reports["Jeux-Val"], answer=words) == 422
    assert FeatureReport.objects.get(title="Jeux-Val").state == "new"


def test_an_unknown_action_is_refused(reports: dict[str, FeatureReport]) -> None:
    assert client_of(PLANNER).post(address(reports["Jeux-Val"]), {"action": "perdre"}).status_code == 400


def test_a_form_of_handling_from_elsewhere_is_refused(reports: dict[str, FeatureReport]) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(PLANNER.account(), backend="django.contrib.auth.backends.ModelBackend")
    assert client.post(address(reports["Jeux-Val"]), {"action": "clore"}).status_code == 403


def test_the_journal_tells_who_followed_a_report_and_none_of_its_words(
    reports: dict[str, FeatureReport],
) -> None:
    report = reports["Jeux-Val"]
    answer(report)
    client_of(PLANNER).post(address(report), {"action": "clore"})
    entries = JournalEntry.objects.filter(event="report").order_by("pk")
    states = [(entry.detail["before"]["state"], entry.detail["after"]["state"]) for entry in entries]
    assert states == [("new", "answered"), ("answered", "closed")]
    assert {(entry.actor_name, entry.subject) for entry in entries} == {("urbaniste", f"report {report.pk}")}
    assert "Banc" not in str([entry.detail for entry in entries])


def test_an_address_is_forgotten_after_its_time(reports: dict[str, FeatureReport]) -> None:
    old = timezone.now() - dt.timedelta(days=ADDRESS_DAYS, minutes=1)
    FeatureReport.objects.filter(title="Jeux-Val").update(created_at=old)
    assert forget_addresses(now=timezone.now()) == 1
    assert FeatureReport.objects.get(title="Jeux-Val").email == ""
    assert FeatureReport.objects.exclude(email="").count() == 3


def test_the_address_of_a_reporter_is_shown_to_nobody(reports: dict[str, FeatureReport]) -> None:
    client = client_of(PLANNER)
    pages = [client.get(page).content.decode() for page in (LIST, address(reports["Jeux-Val"]))]
    assert [EMAIL in page for page in pages] == [False, False]
