"""The pages of moderation: who has them, decisions on one row and on several, what authors follow."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from layers.models import Commune
from layers.parsing.feature import FeatureInput
from layers.services.features import update_feature
from moderation.models import ProposedChange
from moderation.services import perform
from moderation.waiting import rows_to_moderate
from roadworks.models import RoadWorks
from tests.factories import BOULOGNE
from tests.mail import delivered
from tests.moderated_layer import WORKS, declared, open_works, works, works_scope
from tests.people import GARDENER, OUTSIDER, PARTNER, PLANNER, TOWN_AGENT, Person

BACKEND = "django.contrib.auth.backends.ModelBackend"
QUEUE = f"/moderation/{WORKS}/"


@pytest.fixture(autouse=True)
def _works(catalogue: dict[str, Commune], settings: Settings) -> None:
    open_works(catalogue, settings)


def browser(person: Person) -> Client:
    """Return a session of a person."""
    client = Client(headers={"host": "localhost"})
    client.force_login(person.account(), backend=BACKEND)
    return client


def submitted(objet: str, **values: object) -> int:
    """Declare a site as TOWN_AGENT and submit it; return its id."""
    pk = declared(TOWN_AGENT, objet, **values)  # type: ignore[arg-type]
    perform(scope=works_scope(TOWN_AGENT), pk=pk, name="submit")
    return pk


def versions(page: str) -> list[str]:
    """Return the values of the boxes of a page of the queue."""
    return re.findall(r'name="rows" value="([^"]+)"', page)


def test_queue_is_of_the_rows_that_each_person_approves() -> None:
    submitted("Chantier-Meudon")
    submitted("Chantier-Boulogne", at=BOULOGNE)
    pages = {person: browser(person).get(QUEUE) for person in (PLANNER, GARDENER, TOWN_AGENT, OUTSIDER)}
    assert {str(person): page.status_code for person, page in pages.items()} == {
        str(PLANNER): 200, str(GARDENER): 200, str(TOWN_AGENT): 404, str(OUTSIDER): 404
    }  # fmt: skip
    names = {
        person: set(re.findall("Chantier-[A-Z][a-z]+", pages[person].text)) for person in (PLANNER, GARDENER)
    }
    assert names == {PLANNER: {"Chantier-Meudon", "Chantier-Boulogne"}, GARDENER: {"Chantier-Boulogne"}}


def test_queue_is_filtered_by_commune_author_age_and_state() -> None:
    submitted("Chantier-Meudon")
    works("Chantier-Brouillon", etat="draft")
    client, author = browser(PLANNER), TOWN_AGENT.account().pk
    counts = {
        query: len(versions(client.get(f"{QUEUE}?{query}").text))
        for query in (
            "",
            f"commune={BOULOGNE}",
            f"auteur={author}",
            "auteur=999999",
            "age=7",
            "etat=draft",
            "etat=a-revoir",
        )
    }
    assert counts == {
        "": 1, f"commune={BOULOGNE}": 0, f"auteur={author}": 1, "auteur=999999": 0, "age=7": 0, "etat=draft": 1,
        "etat=a-revoir": 0,
    }  # fmt: skip


@pytest.mark.parametrize("query", ["etat=inconnu", "commune=99999", "age=5", "auteur=x", "tri=nom"])
def test_parameter_of_the_queue_that_is_none_of_its_values_is_named(query: str) -> None:
    answer = browser(PLANNER).get(f"{QUEUE}?{query}")
    assert answer.status_code == 400
    assert query.partition("=")[0] in answer.text


def test_several_rows_are_decided_with_one_reason_and_one_message() -> None:
    TOWN_AGENT.account()
    account = TOWN_AGENT.account()
    account.email = "agent@example.org"
    account.save()
    pks = [submitted(f"Chantier-{n}") for n in "AB"]
    client = browser(PLANNER)
    rows = versions(client.get(QUEUE).text)
    decision = {"rows": rows, "name": "refuse", "reason": "Hors du territoire"}
    preview = client.post(QUEUE, decision)
    assert "Refuser" in preview.text
    assert set(RoadWorks.objects.filter(pk__in=pks).values_list("etat", flat=True)) == {"submitted"}
    assert client.post(QUEUE, {**decision, "confirme": "oui"}).status_code == 302
    assert set(RoadWorks.objects.filter(pk__in=pks).values_list("etat", flat=True)) == {"refused"}
    (message,) = [each for each in delivered() if each.to == ["agent@example.org"]]
    assert "Hors du territoire" in str(message.body)


def test_row_that_changed_since_the_page_is_named_and_nothing_is_decided() -> None:
    first, second = submitted("Chantier-A"), submitted("Chantier-B")
    client = browser(PLANNER)
    rows = versions(client.get(QUEUE).text)
    RoadWorks.objects.filter(pk=second).update(entreprise="Autre")
    answer = client.post(QUEUE, {"rows": rows, "name": "publish"})
    assert answer.status_code == 400
    assert f'href="#row-{second}"' in answer.text
    assert RoadWorks.objects.get(pk=first).etat == "submitted"


@pytest.mark.parametrize("rows", [[], ["x"], ["1"], [f"{n}:a" for n in range(201)]])
def test_choice_of_rows_that_is_none_is_refused_in_words(rows: list[str]) -> None:
    assert browser(PLANNER).post(QUEUE, {"rows": rows, "name": "publish"}).status_code == 400


def test_decision_on_one_row_leads_to_the_next() -> None:
    first, second = submitted("Chantier-A"), submitted("Chantier-B")
    client = browser(PLANNER)
    page = client.get(f"{QUEUE}{first}/").text
    version = re.findall(r'name="version" value="([^"]+)"', page)[0]
    answer = client.post(f"{QUEUE}{first}/etape/", {"name": "publish", "version": version})
    assert answer.headers["Location"] == f"{QUEUE}{second}/#objet"
    assert RoadWorks.objects.get(pk=first).etat == "published"


def undo_value(page: str) -> str:
    """Return the key that a page offers to undo the last decision with; empty for none."""
    match = re.search(r'name="annuler" value="([^"]+)"', page)
    return match[1] if match else ""


def test_decision_on_several_rows_is_undone_but_for_those_that_moved_on() -> None:
    first, second = submitted("Chantier-A"), submitted("Chantier-B")
    client = browser(PLANNER)
    client.post(QUEUE, {"rows": versions(client.get(QUEUE).text), "name": "publish", "confirme": "oui"})
    perform(scope=works_scope(PLANNER), pk=second, name="suspend", reason="Crue")
    key = undo_value(client.get(QUEUE).text)
    page = client.post(f"{QUEUE}annuler/", {"annuler": key}, follow=True).text
    states = dict(RoadWorks.objects.filter(pk__in=[first, second]).values_list("pk", "etat"))
    assert states == {first: "submitted", second: "suspended"}
    assert "1 objet a changé entre-temps" in page
    assert undo_value(page) == ""


def test_nobody_undoes_the_decision_of_somebody_else() -> None:
    pk = submitted("Chantier-A", at=BOULOGNE)
    client = browser(PLANNER)
    client.post(f"{QUEUE}{pk}/etape/", {"name": "publish"})
    key = undo_value(client.get(QUEUE).text)
    browser(GARDENER).post(f"{QUEUE}annuler/", {"annuler": key})
    assert RoadWorks.objects.get(pk=pk).etat == "published"


def test_key_that_undoes_nothing_of_the_layer_is_refused_by_name() -> None:
    answer = browser(PLANNER).post(f"{QUEUE}annuler/", {"annuler": "x:y:z"})
    assert answer.status_code == 400
    assert "annuler" in answer.text


def test_row_leads_to_those_around_it_in_the_queue() -> None:
    pks = [submitted(f"Chantier-{n}") for n in "ABC"]
    page = browser(PLANNER).get(f"{QUEUE}{pks[1]}/").text
    links = dict(re.findall(r'rel="(prev|next)".*?href="([^"]+)"', page, re.S))
    assert links == {"prev": f"{QUEUE}{pks[0]}/#objet", "next": f"{QUEUE}{pks[2]}/#objet"}


def test_second_decision_reads_who_took_the_first_and_when() -> None:
    pk = submitted("Chantier-A", at=BOULOGNE)
    late = browser(GARDENER)
    version = re.findall(r'name="version" value="([^"]+)"', late.get(f"{QUEUE}{pk}/").text)[0]
    perform(scope=works_scope(PLANNER), pk=pk, name="publish")
    answer = late.post(f"{QUEUE}{pk}/etape/", {"name": "publish", "version": version})
    assert answer.status_code == 400
    assert f"La dernière étape est de {PLANNER.name}, le " in answer.text


def test_row_is_for_its_author_and_who_approves_it() -> None:
    pk = submitted("Chantier-A")
    statuses = {
        str(person): browser(person).get(f"{QUEUE}{pk}/").status_code
        for person in (TOWN_AGENT, PARTNER, PLANNER)
    }
    assert statuses == {str(TOWN_AGENT): 200, str(PARTNER): 404, str(PLANNER): 200}
    RoadWorks.objects.filter(pk=pk).update(etat="published")
    assert browser(PARTNER).get(f"{QUEUE}{pk}/").status_code == 404


@pytest.mark.parametrize(
    ("part", "values"),
    [("message", {"text": "a\x00b"}), ("etape", {"name": "send-back", "reason": "a\x00b"})],
    ids=["message", "reason"],
)
def test_null_character_is_refused_in_words(part: str, values: dict[str, str]) -> None:
    pk = submitted("Chantier-A")
    page = browser(PLANNER).post(f"{QUEUE}{pk}/{part}/", values)
    assert page.status_code == 400
    assert "caractère nul" in page.text


def test_contributions_have_the_reason_and_the_messages_of_each() -> None:
    pk = submitted("Chantier-A")
    browser(PLANNER).post(f"{QUEUE}{pk}/message/", {"text": "Quel trottoir ?"})
    browser(PLANNER).post(f"{QUEUE}{pk}/etape/", {"name": "send-back", "reason": "Tracé imprécis"})
    page = browser(TOWN_AGENT).get("/contributions/").text
    assert all(words in page for words in ("Chantier-A", "Brouillon", "Tracé imprécis", "1 message"))
    assert "Chantier-A" not in browser(PARTNER).get("/contributions/").text


def test_messages_go_both_ways_by_one_mail_each_and_are_read_by_both() -> None:
    pk = submitted("Chantier-A")
    for person in (TOWN_AGENT, PLANNER):
        account = person.account()
        account.email = f"{person.name}@example.org"
        account.save()
    browser(PLANNER).post(f"{QUEUE}{pk}/message/", {"text": "Quel trottoir ?"})
    browser(TOWN_AGENT).post(f"{QUEUE}{pk}/message/", {"text": "Celui des numéros pairs."})
    notes = [each for each in delivered() if each.subject.startswith("Un message sur")]
    mails = [(each.to[0], "trottoir" in str(each.body)) for each in notes]
    assert mails == [(f"{TOWN_AGENT.name}@example.org", True), (f"{PLANNER.name}@example.org", False)]
    pages = [browser(person).get(f"{QUEUE}{pk}/").text for person in (TOWN_AGENT, PLANNER)]
    assert all("Quel trottoir" in page and "numéros pairs" in page for page in pages)


def test_change_of_a_public_row_is_compared_and_accepted_on_its_page() -> None:
    site = works("Chantier-A", author=TOWN_AGENT, entreprise="Première")
    draft = FeatureInput(values={"entreprise": "Seconde"})
    update_feature(scope=works_scope(TOWN_AGENT), pk=site.pk, draft=draft, expected=None)
    client, change = browser(PLANNER), ProposedChange.objects.get().pk
    page = client.get(f"{QUEUE}{site.pk}/").text
    assert "<del>Première</del>" in page
    assert "<ins>Seconde</ins>" in page
    client.post(f"{QUEUE}{site.pk}/modifications/{change}/", {"action": "accept"})
    assert RoadWorks.objects.get(pk=site.pk).entreprise == "Seconde"


@pytest.mark.parametrize(
    ("after", "words"),
    [({"disparu": "x"}, "la couche a perdu"), ({"date_debut": "hier"}, "date_debut")],
    ids=["field", "type"],
)
def test_change_older_than_the_schema_is_refused_in_words(after: dict[str, str], words: str) -> None:
    site = works("Chantier-A", author=TOWN_AGENT)
    draft = FeatureInput(values={"entreprise": "Seconde"})
    update_feature(scope=works_scope(TOWN_AGENT), pk=site.pk, draft=draft, expected=None)
    ProposedChange.objects.update(before={}, after=after)
    change = ProposedChange.objects.get().pk
    page = browser(PLANNER).post(f"{QUEUE}{site.pk}/modifications/{change}/", {"action": "accept"})
    assert 400 <= page.status_code < 500
    assert words in page.text


def test_what_waits_is_on_the_page_of_who_approves_it() -> None:
    submitted("Chantier-A")
    rows = {
        str(person): [row.address for row in rows_to_moderate(person.visitor())]
        for person in (PLANNER, TOWN_AGENT)
    }
    assert rows == {str(PLANNER): [QUEUE], str(TOWN_AGENT): []}
    assert QUEUE in browser(PLANNER).get("/").text


def test_queue_reads_as_many_statements_for_one_row_as_for_fifty() -> None:
    client, counts = browser(PLANNER), []
    for number in (1, 49):
        for index in range(number):
            works(f"Chantier-{number}-{index}", etat="submitted", author=TOWN_AGENT)
        client.get(QUEUE)
        with CaptureQueriesContext(connection) as statements:
            client.get(QUEUE)
        counts.append(len(statements))
    assert counts[0] == counts[1]


def test_who_wrote_without_an_account_is_written_to_by_nobody() -> None:
    pk = works("Chantier-A", etat="submitted").pk
    perform(scope=works_scope(PLANNER), pk=pk, name="refuse", reason="Doublon")
    assert delivered() == []


def test_pages_of_colleagues_are_shared_unless_one_of_them_wrote_rows() -> None:
    colleague = Person("collegue", groups=TOWN_AGENT.groups)
    declared(TOWN_AGENT, "Chantier-A")
    seen = [
        "Chantier-A" in browser(person).get(f"/catalogue/{WORKS}/").text
        for person in (TOWN_AGENT, colleague, TOWN_AGENT)
    ]
    assert seen == [True, False, True]
