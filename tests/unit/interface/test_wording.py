"""Values as people read them."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from django.utils import translation

from interface import wording
from layers.definitions import Field, FieldType

PLAIN = Field("nom", FieldType.TEXT, "nom")
STATE = Field("etat", FieldType.TEXT, "état", choices=(("ouvert", "Ouvert"),))
HEIGHT = Field("hauteur", FieldType.NUMBER, "hauteur", unit="m")
YEAR = Field("annee_pose", FieldType.INTEGER, "année de pose")
AGE = Field("age_min", FieldType.INTEGER, "âge minimal", unit="ans")
TAGS = Field("interet", FieldType.TEXTS, "intérêt", choices=(("a", "Artistique"), ("h", "Historique")))
OPENED = Field("date", FieldType.DATE, "date")
UPDATED = Field("maj", FieldType.DATETIME, "mise à jour")
FENCED = Field("cloture", FieldType.BOOLEAN, "clôture")


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        (PLAIN, "Cèdre", "Cèdre"),
        (STATE, "ouvert", "Ouvert"),
        (STATE, "inconnu", "inconnu"),
        (HEIGHT, 24.5, "24,5\u00a0m"),
        (HEIGHT, Decimal("12.00"), "12\u00a0m"),
        (HEIGHT, 0, "0\u00a0m"),
        (AGE, 1, "1\u00a0an"),
        (AGE, 2, "2\u00a0ans"),
        (YEAR, 2019, "2019"),
        (YEAR, 2007.6, "2008"),
        (Field("feature.annee_pose", FieldType.INTEGER, ""), 2019, "2019"),
        (Field("millesime", FieldType.INTEGER, ""), 2019, "2019"),
        (Field("logements", FieldType.INTEGER, ""), 2019, "2\u202f019"),
        (TAGS, ["h", "a"], "Historique, Artistique"),
        (OPENED, dt.date(2026, 11, 18), "18 novembre 2026"),
        (OPENED, "2026-11-18", "18 novembre 2026"),
        (UPDATED, "2026-11-18T12:05:00Z", "18 novembre 2026 à 13:05"),
        (FENCED, True, "Oui"),
        (FENCED, False, "Non"),
    ],
)
def test_a_value_is_written_in_french(field: Field, value: object, words: str) -> None:
    assert wording.words(field, {field.name: value}) == words


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (dt.date(2026, 11, 24), "24 novembre 2026"),
        ("2026-11-24", "24 novembre 2026"),
        (dt.datetime(2026, 11, 24, 23, 58, tzinfo=dt.UTC), "25 novembre 2026"),
        ("2026-11-24T23:58:00Z", "25 novembre 2026"),
        (dt.datetime(2026, 11, 24, 12, 0, tzinfo=dt.UTC), "24 novembre 2026"),
        ("hier", "hier"),
    ],
    ids=str,
)
def test_the_day_of_an_instant_is_that_of_the_portal(value: object, words: str) -> None:
    assert wording.day(value) == words


@pytest.mark.parametrize("value", [None, "", []])
def test_nothing_is_said_to_be_missing(value: object) -> None:
    assert "non renseigné" in wording.words(PLAIN, {"nom": value})


def test_an_address_becomes_a_link() -> None:
    assert wording.words(PLAIN, {"nom": "https://example.org/a/"}) == (
        '<a href="https://example.org/a/" rel="noopener">example.org/a</a>'
    )


def test_markup_in_a_value_stays_text_in_a_link() -> None:
    assert "<script>" not in wording.words(PLAIN, {"nom": 'https://example.org/"><script>'})


@pytest.mark.parametrize(
    ("amount", "words"), [(317382, "317\u202f382"), (1234.5, "1\u202f234,5"), (100, "100"), (0.25, "0,25")]
)
def test_numbers_are_grouped_by_thousands(amount: float, words: str) -> None:
    assert wording.number(amount) == words


def test_numbers_follow_the_language_of_the_page() -> None:
    with translation.override("en"):
        assert wording.number(1234.5) == "1,234.5"


@pytest.mark.parametrize(("metres", "words"), [(999, "999\u00a0m"), (1500, "1,5\u00a0km")])
def test_lengths_change_unit_at_a_kilometre(metres: float, words: str) -> None:
    assert wording.distance(metres) == words


@pytest.mark.parametrize(("amount", "words"), [(9999, "9\u202f999\u00a0m²"), (25000, "2,5\u00a0ha")])
def test_areas_change_unit_at_a_hectare(amount: float, words: str) -> None:
    assert wording.area(amount) == words


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        (1, "1\u00a0octet"),
        (900, "900\u00a0octets"),
        (4_220, "4,1\u00a0ko"),
        (1024**2 - 1, "1\u00a0Mo"),
        (500 * 1024**2, "500\u00a0Mo"),
        (1_610_612_736, "1,5\u00a0Go"),
    ],
)
def test_sizes_of_files_are_said_as_people_say_them(amount: int, words: str) -> None:
    assert wording.size(amount) == words


@pytest.mark.parametrize(
    ("language", "age", "words"),
    [
        ("fr", 0, "0\u00a0an"),
        ("fr", 1, "1\u00a0an"),
        ("fr", 1.5, "1,5\u00a0an"),
        ("fr", 2, "2\u00a0ans"),
        ("fr", -3, "-3\u00a0ans"),
        ("en", 0, "0\u00a0years"),
        ("en", 1, "1\u00a0year"),
        ("en", 1.5, "1.5\u00a0years"),
        ("en", 2, "2\u00a0years"),
        ("en", Decimal("1.00"), "1\u00a0year"),
    ],
)
def test_the_plural_of_a_unit_is_that_of_the_language(language: str, age: float, words: str) -> None:
    with translation.override(language):
        assert wording.words(AGE, {"age_min": age}) == words


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Aires de jeux\u00a0: sols, accès", "Aires de jeux\u00a0…"),
        ("Aires\u00a0: de jeux, sols", "Aires\u00a0: de jeux\u00a0…"),
        ("Aires de jeux", "Aires de jeux"),
        (" Aires\n de  jeux ", "Aires de jeux"),
        ("", ""),
    ],
)
def test_a_text_is_cut_between_words_and_keeps_its_no_break_spaces(text: str, words: str) -> None:
    assert wording.first_words(text, 3) == words


@pytest.mark.parametrize(
    ("unit", "size", "words"),
    [("%", 1.5, "point"), ("% des trajets", 3, "points"), ("kt éq. CO₂", 2, "kt éq. CO₂")],
)
def test_percentages_differ_by_points(unit: str, size: float, words: str) -> None:
    assert wording.difference_unit(unit, size) == words


@pytest.mark.parametrize(
    ("name", "value", "text"),
    [
        ("lat", 48.8071234, "48,80712"),
        ("longitude", 2.19, "2,19"),
        ("long", 2.0, "2"),
        ("longueur", 48.8071234, "48,807"),
    ],
)
def test_a_latitude_or_a_longitude_has_the_decimals_of_a_metre(name: str, value: float, text: str) -> None:
    assert wording.words(Field(name, FieldType.NUMBER, name), {name: value}) == text


@pytest.mark.parametrize(
    ("value", "warning"),
    [
        ("abonnés", "réservé aux abonnés"),
        ("Accès réservé", "accès réservé"),
        ("Accès libre", ""),
        ("tous", ""),
        ("Rue des Abonnés", ""),
    ],
)
def test_a_value_that_keeps_a_place_for_some_is_a_warning(value: str, warning: str) -> None:
    assert wording.restriction(value) == warning
