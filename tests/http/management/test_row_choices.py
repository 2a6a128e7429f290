"""Rows of a grant by a zone and by a sentence: they become CQL2, and what cannot is named."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from layers.models import Grant
from tests.factories import MEUDON, MIDDLES
from tests.http.management.test_rights import NEW, client_of, sent
from tests.people import ADMINISTRATOR, OUTSIDER
from tests.rasters import empty_raster
from tests.world import PLAYGROUNDS, World, grant

LONGITUDE, LATITUDE = MIDDLES[MEUDON]
RING = f"(({LONGITUDE} {LATITUDE}, 3 {LATITUDE}, 3 49, {LONGITUDE} 49, {LONGITUDE} {LATITUDE}))"
POLYGON = f"POLYGON {RING}"
_ARC = ", ".join(f"{2 + at / 1000} {48 + at * at / 1e6}" for at in range(600))
MANY_POINTS = f"POLYGON (({_ARC}, 2 48))"


@pytest.fixture
def admin(world: World) -> Client:
    return client_of(ADMINISTRATOR)


def saved_rows(client: Client, **values: Any) -> str:
    assert client.post(NEW, sent(OUTSIDER, **values)).status_code == 302
    return Grant.objects.get(group__name=OUTSIDER.groups[0]).rows


def faults(client: Client, **values: Any) -> str:
    answer = client.post(NEW, sent(OUTSIDER, **values))
    assert answer.status_code == 422
    return " ".join(fault.reason for fault in answer.context["faults"])


def test_a_zone_limits_the_rows_and_comes_back_as_a_zone(admin: Client) -> None:
    rows = saved_rows(admin, communes=[MEUDON], zone=POLYGON)
    assert rows.startswith(f"commune = '{MEUDON}' AND S_INTERSECTS(geom, POLYGON(({LONGITUDE:g}")
    one = Grant.objects.get(rows=rows)
    form = admin.get(f"/gestion/acces/couche/{one.pk}/").context["form"]
    assert form.initial["communes"] == [MEUDON]
    assert form.initial["zone"].num_coords == 5
    assert form.initial["filter"] == ""


def test_a_rectangle_is_four_numbers(admin: Client) -> None:
    assert saved_rows(admin, zone="2.2, 48.8, 2.3, 48.9") == (
        "S_INTERSECTS(geom, POLYGON((2.2 48.8, 2.2 48.9, 2.3 48.9, 2.3 48.8, 2.2 48.8)))"
    )


def test_the_rows_of_a_zone_are_counted_before_it_is_saved(admin: Client) -> None:
    page = admin.post(NEW, sent(OUTSIDER, zone="-10 40 10 50"), headers={"HX-Request": "true"})
    assert "De 0 à 3 lignes, sur 3." in page.content.decode()
    assert "touche la zone dessinée" in page.content.decode()


@pytest.mark.parametrize(
    ("zone", "words"),
    [
        ("2.3 48.8 2.2 48.9", "ouest, sud, est, nord"),
        ("POINT (2 48)", "pas le type"),
        ("POLYGON ((2 48, 3 49, 3 48, 2 49, 2 48))", "pas valide"),
        (MANY_POINTS, "le maximum est 500"),
    ],
)
def test_what_is_no_zone_is_refused_by_its_fault(admin: Client, zone: str, words: str) -> None:
    assert words in faults(admin, zone=zone)


def test_a_sentence_becomes_the_filter_that_menus_show_again(admin: Client) -> None:
    rows = saved_rows(admin, question="aires de jeux fermées à Meudon")
    one = Grant.objects.get(rows=rows)
    form = admin.get(f"/gestion/acces/couche/{one.pk}/").context["form"]
    assert form.initial["communes"] == [MEUDON]
    assert form.initial["values"] == ["etat=ferme"]


def test_a_sentence_may_leave_the_layer_out(admin: Client) -> None:
    assert saved_rows(admin, question="à Meudon") == f"commune = '{MEUDON}'"


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("aires de jeux vroumvroum à Meudon", "vroumvroum"),
        ("arbres remarquables à Meudon", "autre couche"),
        ("aires de jeux à moins de 300 m d’un arbre remarquable", "proximité"),
        ("aires de jeux", "ne limite pas"),
    ],
)
def test_what_a_sentence_cannot_limit_is_named(admin: Client, question: str, words: str) -> None:
    assert words in faults(admin, question=question)
    assert not Grant.objects.filter(group__name=OUTSIDER.groups[0]).exists()


def test_alternatives_stay_together_beside_other_conditions(admin: Client) -> None:
    text = "CASEI(nom) = CASEI('x') AND (nom = 'a' OR NOT etat = 'ouvert')"
    one = grant(OUTSIDER, PLAYGROUNDS, rows=text)
    form = admin.get(f"/gestion/acces/couche/{one.pk}/").context["form"]
    assert form.initial["filter"] == "(CASEI(nom) = CASEI('x')) AND (nom = 'a' OR NOT etat = 'ouvert')"


def test_a_raster_is_read_and_downloaded_and_who_delivers_it_goes_on(admin: Client) -> None:
    layer = empty_raster("pente").layer
    one = Grant.objects.create(
        layer=layer,
        group_id=sent(OUTSIDER)["recipient"][1:],
        can_download=False,
        can_add=True,
        can_change=True,
        can_delete=True,
    )
    form = admin.get(f"/gestion/acces/couche/{one.pk}/").context["form"]
    assert [name for name, _title in form.fields["can"].choices] == ["can_download"]
    assert not {"communes", "zone", "question", "filter"} & form.fields.keys()
    admin.post(f"/gestion/acces/couche/{one.pk}/", sent(OUTSIDER, can=["can_download"]))
    one.refresh_from_db()
    assert (one.can_download, one.can_add, one.can_change) == (True, True, True)


def test_a_zone_of_more_decimals_stays_as_it_is_written(admin: Client) -> None:
    text = "S_INTERSECTS(geom, POLYGON((2.123456789 48.8, 2.3 48.9, 2.3 48.8, 2.123456789 48.8)))"
    form = admin.get(f"/gestion/acces/couche/{grant(OUTSIDER, PLAYGROUNDS, rows=text).pk}/").context["form"]
    assert (form.initial["zone"], form.initial["filter"]) == (None, text)
