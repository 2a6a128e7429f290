"""Words that people use for values, fields and places, and those that are suggested for a word that nothing knows."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from amenities.catalogue import CHARGING_STATIONS
from explorer.natural_language.interpretation import Understood, interpret
from explorer.natural_language.layer_index import index_layer
from explorer.natural_language.queries import relation_words
from explorer.natural_language.vocabulary import Vocabulary
from tests.questions import pairs_of, public_vocabulary

TODAY = dt.date(2026, 12, 1)
STATIONS = "bornes-de-recharge"


def read(text: str) -> Understood:
    return interpret(text, public_vocabulary(), TODAY)


def unread(text: str) -> list[str]:
    return [each.text for each in read(text).not_understood]


@pytest.mark.parametrize(
    "text", ["parcelle AA 2 Meudon", "parcelle AA2 à Meudon", "parcelle AA n° 2, Meudon"]
)
def test_a_number_after_a_section_is_that_of_the_parcel(text: str) -> None:
    pairs = dict(read(text).parameters)
    assert (pairs["parcelles.section"], pairs["parcelles.numero"]) == ("AA", "=2")
    assert unread(text) == []


@pytest.mark.parametrize(
    ("text", "name", "value"),
    [
        ("voitures critair 3 à Boulogne en 2024", "immatriculations-critair.crit_air", "V3"),
        (
            "aires de jeux avec un seul toboggan",
            "aires-de-jeux.fiches",
            "equipements:1?(\"type\" IN ('toboggan'))",
        ),
    ],
)
def test_an_apostrophe_inside_a_word_may_be_missing_and_a_single_one_is_one(
    text: str, name: str, value: str
) -> None:
    assert dict(read(text).parameters)[name] == value


def test_an_amount_after_a_section_is_no_number() -> None:
    assert "parcelles.numero" not in dict(read("parcelles section AB de plus de 300 m²").parameters)


@pytest.mark.parametrize(
    ("text", "name", "value"),
    [
        ("patrimoine ville davray", "commune", "92077"),
        (
            "bornes à moins de 700 m de l’hôtel de ville de Boulogne",
            "bornes-de-recharge.touching",
            "batiments-patrimoniaux/7@700",
        ),
        ("ma fille est en fauteuil roulant, où jouer à Issy", "aires-de-jeux.accessibilite_pmr", "true"),
    ],
)
def test_names_are_known_as_people_shorten_them(text: str, name: str, value: str) -> None:
    assert dict(read(text).parameters)[name] == value


def test_roads_that_are_called_so_come_before_works_on_them() -> None:
    assert read("combien de mètres de voirie en sens unique à Vanves").subject == "troncons-de-route"
    assert read("bornes en voirie").layers == (STATIONS,)


@pytest.mark.parametrize("text", ["hauteur du hangar y", "quelle hauteur maxi au Parc d’exemple n° 5"])
def test_what_is_measured_is_no_rule_that_is_called_so(text: str) -> None:
    assert not read(text).subject.startswith("plui-prescriptions")
    assert "hauteur" in " ".join(unread(text))


def test_a_word_that_is_suggested_is_written_as_people_do() -> None:
    hints = {name for text in ("fibro à Meudon", "protèges", "crèches") for name in hinted(text)}
    assert "creee" not in hints
    assert all(name == public_vocabulary().written(name) for name in hints)
    assert public_vocabulary().written("creee") == "créée"


def hinted(text: str) -> tuple[str, ...]:
    return next((each.hint.names for each in read(text).not_understood if each.hint), ())


@pytest.mark.parametrize(
    ("text", "points"),
    [
        (
            "bornes accessibles PMR",
            "\"accessibilite_pmr\" IN ('Réservé PMR', 'Accessible mais non réservé PMR')",
        ),
        ("bornes CB", '"paiement_cb" = TRUE'),
        ("bornes avec prise domestique", '"prise_type_ef" = TRUE'),
    ],
)
def test_points_of_charge_are_chosen_by_words_of_the_catalogue(text: str, points: str) -> None:
    known = public_vocabulary()
    words = known.layers[STATIONS].words
    called = replace(words, relations=tuple(map(relation_words, CHARGING_STATIONS.relations)))
    layers = [index_layer(called) if index.words is words else index for index in known.layers.values()]
    reading = interpret(text, Vocabulary(layers, list(known.towns.values())), TODAY)
    assert pairs_of(reading) == ((f"{STATIONS}.fiches", f"points_de_charge?({points})"), ("sujet", STATIONS))
