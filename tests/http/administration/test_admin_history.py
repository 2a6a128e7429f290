"""The history page of the administration: a feature and its records, who, when, before and after."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.test import Client

from amenities.models import Equipment, Inspection, Playground
from heritage.models import RemarkableTree
from layers.models import events_of
from tests import factories
from tests.people import ADMINISTRATOR, PLANNER, Person

MAX_QUERIES = 25  # three of them ask the door


def signed_in(person: Person) -> Client:
    client = Client()
    client.force_login(person.account(), backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def square(catalogue: Any) -> Playground:
    """A playground."""
    return factories.playground("Square", exploitant="Ville")


def page(square: Playground, client: Client | None = None, query: str = "") -> str:
    path = f"/administration/amenities/playground/{square.pk}/history/{query}"
    text = (client or signed_in(ADMINISTRATOR)).get(path).content.decode()
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", text))


def test_a_change_made_in_the_administration_is_told_with_its_author(square: Playground) -> None:
    form = {"nom": "Square neuf", "etat": "ouvert", "geom": "POINT (2.21 48.81)"}
    for name in ("equipment", "inspections", "interventions", "photos"):
        form |= {f"{name}-TOTAL_FORMS": "0", f"{name}-INITIAL_FORMS": "0"}
    signed_in(ADMINISTRATOR).post(f"/administration/amenities/playground/{square.pk}/change/", form)
    assert re.search(rf"{ADMINISTRATOR.name} Modifié .*Nom Square Square neuf", page(square))


@pytest.mark.parametrize("action", ["Créé", "Modifié", "Supprimé"])
def test_the_changes_of_a_record_are_told(square: Playground, action: str) -> None:
    # An id is told as it is, without a space between thousands.
    slide = Equipment.objects.create(pk=12_345, playground=square, type="toboggan", modele="Ancien")
    Equipment.objects.filter(pk=slide.pk).update(modele="Nouveau")
    pk = slide.pk
    slide.delete()
    told = {"Créé": "— Ancien", "Modifié": "Ancien Nouveau", "Supprimé": "Nouveau —"}
    assert re.search(rf"{action} Équipement {pk} [^/]*Modèle {told[action]}", page(square), re.IGNORECASE)


def test_a_code_is_told_in_its_words(square: Playground) -> None:
    Playground.objects.filter(pk=square.pk).update(etat="ferme")
    assert "État Ouvert Fermé" in page(square)


def test_days_and_booleans_are_told_as_people_write_them(square: Playground) -> None:
    Playground.objects.filter(pk=square.pk).update(cloture=True, date_ouverture="2025-03-02")
    told = page(square)
    assert "Clôture — Oui" in told
    assert "Date d’ouverture — 02/03/2025" in told


def test_a_list_of_codes_is_told_in_its_words(catalogue: Any) -> None:
    tree = factories.tree(critere=["age"])
    RemarkableTree.objects.filter(pk=tree.pk).update(critere=["age", "historique"])
    path = f"/administration/heritage/remarkabletree/{tree.pk}/history/"
    assert ", Historique" in signed_in(ADMINISTRATOR).get(path).content.decode()


def test_plain_sql_on_a_record_is_kept(square: Playground) -> None:
    Inspection.objects.create(playground=square, type="annuel", resultat="conforme", date="2026-03-01")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE amenities_inspection SET observations = 'Vu'")
    events = events_of(Inspection)
    assert events is not None
    kept = events._default_manager.order_by("pgh_id").values_list("pgh_label", flat=True)
    assert list(kept) == ["insert", "update"]


def test_records_of_another_feature_are_not_told(square: Playground) -> None:
    other = factories.playground("Autre")
    Equipment.objects.create(playground=other, type="toboggan", modele="Ailleurs")
    assert "Ailleurs" not in page(square)


def test_who_may_not_see_the_feature_in_the_administration_does_not_see_its_history(
    square: Playground,
) -> None:
    account = PLANNER.account()
    account.is_staff = True
    account.save()
    account.user_permissions.add(Permission.objects.get(codename="view_commune"))
    path = f"/administration/amenities/playground/{square.pk}/history/"
    assert signed_in(PLANNER).get(path).status_code == 403


def test_the_history_of_nothing_leads_back(square: Playground) -> None:
    path = "/administration/amenities/playground/999999/history/"
    assert signed_in(ADMINISTRATOR).get(path).status_code == 302


@pytest.fixture
def long_history(square: Playground, monkeypatch: pytest.MonkeyPatch) -> Playground:
    """A playground changed by turns with its slide, seven changes with both creations, on pages of three."""
    monkeypatch.setattr("administration.feature_admin.HISTORY_PAGE", 3)
    slide = Equipment.objects.create(playground=square, type="toboggan", modele="Modele-0")
    for number in (1, 2, 3):
        Playground.objects.filter(pk=square.pk).update(exploitant=f"Exploitant-{number}")
        if number < 3:
            Equipment.objects.filter(pk=slide.pk).update(modele=f"Modele-{number}")
    _at_other_instants(square, slide)
    return square


def _at_other_instants(square: Playground, slide: Equipment) -> None:
    """Put a minute between the changes, which a test makes in one transaction: the slide's after the square's."""
    kept = [(events_of(Playground), square.pk, 0), (events_of(Equipment), slide.pk, 30)]
    for events, pk, seconds in kept:
        assert events is not None
        rows = events._default_manager.filter(pgh_obj_id=pk).order_by("pgh_id")
        for minute, event in enumerate(rows):
            at = dt.datetime(2026, 1, 1, 12, minute, seconds, tzinfo=dt.UTC)
            rows.filter(pgh_id=event.pk).update(pgh_created_at=at)


def told(text: str) -> list[str]:
    """Return the values before and after of the changes told, in their order."""
    return re.findall(r"(?:Modele|Exploitant)-\d|Ville", text)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", ["Exploitant-2", "Exploitant-3", "Modele-1", "Modele-2", "Exploitant-1", "Exploitant-2"]),
        ("?p=2", ["Modele-0", "Modele-1", "Ville", "Exploitant-1", "Modele-0"]),
        ("?p=3", ["Ville"]),
    ],
)
def test_a_long_history_is_told_by_pages_the_latest_first(
    long_history: Playground, query: str, expected: list[str]
) -> None:
    assert told(page(long_history, query=query)) == expected


@pytest.mark.parametrize(("query", "words"), [("", "1 à 3 sur 7"), ("?p=3", "7 à 7 sur 7")])
def test_a_page_says_how_many_changes_there_are(long_history: Playground, query: str, words: str) -> None:
    assert f"{words} modifications, de la plus récente" in page(long_history, query=query)


def test_pages_are_links_and_the_page_that_shows_says_so(long_history: Playground) -> None:
    path = f"/administration/amenities/playground/{long_history.pk}/history/?p=2"
    body = signed_in(ADMINISTRATOR).get(path).content.decode()
    links = re.findall(r'href="\?p=(\d)"( rel="\w+"| aria-current="page")?', body)
    assert links == [
        ("1", ' rel="prev"'),
        ("1", ""),
        ("2", ' aria-current="page"'),
        ("3", ""),
        ("3", ' rel="next"'),
    ]


def test_a_history_of_one_page_offers_no_other(square: Playground) -> None:
    text = page(square)
    assert "1 modification" in text
    assert "Plus anciennes" not in text


@pytest.mark.parametrize("count", [5, 60])
def test_a_page_of_history_asks_as_much_whatever_its_length(
    square: Playground, django_assert_max_num_queries: Any, count: int
) -> None:
    Equipment.objects.bulk_create(Equipment(playground=square, type="toboggan") for _one in range(count))
    client = signed_in(ADMINISTRATOR)
    page(square, client)
    with django_assert_max_num_queries(MAX_QUERIES):
        page(square, client)
