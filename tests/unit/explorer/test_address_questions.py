"""Addresses in questions: cut out of the text, one row of them a place, none or several of them offered."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from unittest.mock import patch

import pytest

from explorer.natural_language.addresses import KnownAddress, address_layer, street_form
from explorer.natural_language.hints import HintKind
from explorer.natural_language.interpretation import Understood, interpret
from explorer.natural_language.parse_result import Reason
from explorer.natural_language.tokens import phrase
from explorer.natural_language.vocabulary import Vocabulary
from tests.questions import public_vocabulary

ROWS = [
    (12, "", "Rue des Tilleuls", "92022", 97),
    (12, "", "Rue des Tilleuls", "92012", 76),
    (5, "bis", "Avenue du Général Leclerc", "92072", 55),
    (5, "", "Avenue du Général Leclerc", "92072", 54),
]


def search(number: int, words: Sequence[str]) -> list[KnownAddress]:
    return [
        KnownAddress(pk, f"{of} {street}", f"{of} {street}, {code}", code, street_form(street), suffix)
        for of, suffix, street, code, pk in ROWS
        if of == number
    ]


def read(text: str) -> Understood:
    return interpret(text, public_vocabulary(), dt.date(2026, 12, 1), search)


@pytest.mark.parametrize(
    "text",
    [
        "dans quelle zone est le 12 rue des Tilleuls à Chaville",
        "zone du PLUi au 12, rue des tilleuls, 92370 Chaville",
        "12 RUE DES TILLEULS CHAVILLE zone",
        "zone du 12 r. des Tilleuls, Chaville",
    ],
)
def test_a_zone_is_that_of_the_address(text: str) -> None:
    reading = read(text)
    assert reading.parameters == (("sujet", "plui-zones"), ("plui-zones.touching", "adresses/97"))
    assert reading.not_understood == ()


@pytest.mark.parametrize(
    ("text", "relation"),
    [
        ("bornes à moins de 300 m du 12 rue des Tilleuls à Chaville", ("touching", "adresses/97@300")),
        ("bornes à plus de 1 km du 12 rue des Tilleuls à Chaville", ("disjoint", "adresses/97@1000")),
        ("bornes au 12 rue des Tilleuls à Chaville", ("touching", "adresses/97@300")),
        ("bornes près du 5 bis av du gal Leclerc", ("touching", "adresses/55@300")),
        ("bornes près du 5 avenue du Général Leclerc à Sèvres", ("touching", "adresses/54@300")),
    ],
)
def test_what_is_near_an_address_is_at_the_distance_said_or_near(
    text: str, relation: tuple[str, str]
) -> None:
    name, value = relation
    reading = read(text)
    assert (f"bornes-de-recharge.{name}", value) in reading.parameters
    assert reading.not_understood == ()


def test_an_address_of_several_communes_is_not_guessed_and_each_is_offered() -> None:
    reading = read("zone du 12 rue des Tilleuls")
    (unused,) = reading.not_understood
    assert unused.reason is Reason.ADDRESSES
    assert unused.hint is not None
    assert unused.hint.kind is HintKind.ADDRESSES
    assert unused.hint.names == ("12 Rue des Tilleuls, 92022", "12 Rue des Tilleuls, 92012")
    targets = [dict(pairs)["plui-zones.touching"] for pairs in reading.alternatives]
    assert targets == ["adresses/97", "adresses/76"]


@pytest.mark.parametrize(
    "text", ["zone du 12 rue des Tilleuls à Sèvres", "zone du 12 ter rue des Tilleuls à Chaville"]
)
def test_an_address_that_does_not_exist_there_is_said_and_those_that_exist_are_offered(text: str) -> None:
    reading = read(text)
    (unused,) = reading.not_understood
    assert unused.text.startswith("12 ")
    assert unused.text.endswith(text[-6:])
    assert unused.hint is not None
    assert unused.hint.kind is HintKind.ELSEWHERE


def test_an_address_that_nothing_bears_is_said_and_adds_no_condition() -> None:
    reading = read("zones du 7 rue de Nulle-Part à Meudon")
    assert reading.parameters == (("sujet", "plui-zones"),)
    assert [each.reason for each in reading.not_understood] == [Reason.NO_ADDRESS]


def test_an_address_alone_asks_nothing_of_a_layer_and_those_that_exist_are_offered() -> None:
    reading = read("12 rue des Tilleuls à Sèvres")
    assert reading.parameters == ()
    assert reading.address_titles == ("12 Rue des Tilleuls, 92022", "12 Rue des Tilleuls, 92012")
    first = (("sujet", "adresses"), ("adresses.adresse", "=12 Rue des Tilleuls"), ("commune", "92022"))
    assert reading.alternatives[0] == first


@pytest.mark.parametrize("text", ["à quelle adresse suis-je", "dans quelle rue suis-je"])
def test_where_one_stands_is_the_nearest_of_what_has_no_surface(text: str) -> None:
    reading = read(text)
    assert (reading.around_count, reading.is_around_default) == (1, True)
    assert ("radius", "1") not in reading.parameters


def test_the_surface_where_one_stands_is_the_one_that_covers_the_place() -> None:
    assert ("radius", "1") in read("quelle est la zone ici").parameters


def test_the_street_of_a_rule_is_no_street() -> None:
    names = [name for name, _value in read("zones de la rue des Tilleuls").parameters]
    assert "plui-zones.urlfic" not in names


@pytest.mark.parametrize(
    ("text", "street"),
    [
        ("bornes à moins de 100 m de la rue des Jardins", "rue des Jardins"),
        ("bornes près de la rue des jardins", "rue des jardins"),
        ("bornes le long du bd Voltaire", "boulevard Voltaire"),
    ],
)
def test_a_street_is_a_place_for_what_has_none_or_is_at_a_distance(text: str, street: str) -> None:
    reading = read(text)
    assert ("troncons-de-route.nom_voie", street) in reading.parameters
    assert reading.not_understood == ()


def test_the_number_of_a_street_is_whole() -> None:
    condition = dict(read("arbres d’alignement de la rue d’exemple n° 3").parameters)[
        "arbres-alignement.filter"
    ]
    assert "n° 3'" in condition
    assert "n° 3%" not in condition


def test_an_address_that_nothing_stands_beside_is_what_is_looked_for() -> None:
    reading = read("5 bis av du Général Leclerc")
    assert reading.parameters == (
        ("sujet", "adresses"),
        ("adresses.adresse", "=5 Avenue du Général Leclerc"),
        ("commune", "92072"),
    )


def test_the_layer_of_addresses_is_looked_for_once_in_a_vocabulary() -> None:
    """Titles of the fields of five hundred layers took 50 ms of each search."""
    known = public_vocabulary()
    vocabulary = Vocabulary(known.layers.values(), list(known.towns.values()))
    with patch("explorer.natural_language.addresses.phrase", side_effect=phrase) as read_phrase:
        assert address_layer(vocabulary) is not None
        first = read_phrase.call_count
        assert address_layer(vocabulary) is not None
    assert 0 < first == read_phrase.call_count
