"""The history page of the administration: a feature and its records, who, when, before and after."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.test import Client

from amenities.models import Equipment, Inspection, Playground
from layers.models import events_of
from tests import factories
from tests.people import ADMINISTRATOR, PLANNER, Person


def signed_in(person: Person) -> Client:
    client = Client()
    client.force_login(person.account(), backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def square(catalogue: Any) -> Playground:
    """A playground."""
    return factories.playground("Square", exploitant="Ville")


def page(square: Playground, client: Client | None = None) -> str:
    path = f"/administration/amenities/playground/{square.pk}/history/"
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
    assert ("Clôture — Oui" in told, "Date d’ouverture — 02/03/2025" in told) == (True, True)


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
