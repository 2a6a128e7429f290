"""Words that turn or narrow what is asked: they are used, or named, and no other thing is answered in their place."""

from __future__ import annotations

import datetime as dt

import pytest

from explorer.natural_language.interpretation import Understood, interpret
from explorer.natural_language.parse_result import Reason
from tests.questions import public_vocabulary

TODAY = dt.date(2026, 12, 1)


def read(text: str) -> Understood:
    return interpret(text, public_vocabulary(), TODAY)


def unread(text: str) -> list[str]:
    return [each.text for each in read(text).not_understood]


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("parkings pas de plus de trois cents places", "pas de"),
        ("le parc pas le plus vaste", "pas"),
        ("parkings de plus de 300 places sans", "sans"),
        ("puissance moyenne des points de recharge sauf", "sauf"),
        ("parcs de Boulogne, sauf ceux de moins de 1000 m²", "sauf"),
    ],
)
def test_a_negation_that_turns_nothing_is_named(text: str, word: str) -> None:
    assert unread(text) == [word]


@pytest.mark.parametrize(
    "text",
    [
        "zones qui ne sont ni U ni N à Meudon",
        "aires de jeux ni clôturées, ni éclairées",
        "aires de jeux sans aucun équipement à surveiller",
        "bornes hors Meudon et hors Sèvres",
        "arbres remarquables pas protégés, pas à Meudon",
    ],
)
def test_a_negation_that_is_repeated_is_understood(text: str) -> None:
    assert unread(text) == []


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("aires de jeux avec seulement un toboggan", "seulement"),
        ("aires de jeux avec que des toboggans", "avec que"),
        ("aires de jeux qui n’ont que des balançoires", "que"),
        ("aires de jeux avec des balançoires uniquement", "uniquement"),
        ("stations vélos avec vélos électriques seulement", "seulement"),
        ("bâtiments d’intérêt seulement architectural", "seulement"),
    ],
)
def test_what_leaves_out_all_the_rest_is_named_where_rows_may_have_more(text: str, word: str) -> None:
    assert unread(text) == [word]


@pytest.mark.parametrize("text", ["parkings gratuits uniquement", "bornes avec seulement 2 points de charge"])
def test_what_leaves_out_all_the_rest_says_nothing_more_of_a_single_value(text: str) -> None:
    assert unread(text) == []


def test_the_unit_after_which_a_layer_is_named_is_no_amount() -> None:
    assert "stations-velos.capacite" not in dict(read("stations avec des vélos électriques").parameters)


@pytest.mark.parametrize(
    ("text", "subject"),
    [
        ("quels autres travaux sont prévus en février 2027", "travaux-voirie"),
        ("anciens parkings de Meudon", "stationnement-parcs"),
        ("aires de jeux plus", "aires-de-jeux"),
    ],
)
def test_a_word_that_names_no_thing_is_no_layer(text: str, subject: str) -> None:
    assert read(text).layers == (subject,)
    assert unread(text)[0] in text


@pytest.mark.parametrize("text", ["parkings sans autopartage", "parkings pas avec autopartage"])
def test_a_negation_is_of_the_layer_at_hand_first(text: str) -> None:
    assert read(text).layers == ("stationnement-parcs",)
    assert dict(read(text).parameters)["stationnement-parcs.nb_autopartage"] in {"0", "-"}


@pytest.mark.parametrize(
    "text", ["les 3 bornes les plus rouges puissantes", "squares moins ouverts au public"]
)
def test_a_superlative_of_nothing_that_is_known_is_named(text: str) -> None:
    assert read(text).order is None
    assert unread(text) != []


def test_both_is_named_where_a_row_has_one_value() -> None:
    assert "à la fois" in unread("travaux menés à la fois par le département et le Service public de l’eau")


@pytest.mark.parametrize(
    ("text", "name", "days"),
    [
        ("travaux pas finis", "travaux-voirie.date_fin", "today.."),
        ("travaux pas encore commencés", "travaux-voirie.date_debut", "2026-12-02.."),
    ],
)
def test_what_has_not_happened_yet_is_to_come(text: str, name: str, days: str) -> None:
    assert dict(read(text).parameters)[name] == days


def test_the_subject_said_again_under_a_negation_is_no_field() -> None:
    pairs = read("arrêts qui ne sont pas des arrêts de bus").parameters
    assert [value for _name, value in pairs] == ["transports-arrets", "métro", "train", "tramway"]


def test_a_sign_of_percent_is_a_share_or_named() -> None:
    figure = read("% d’arrêts accessibles aux PMR").figure
    assert figure is not None
    assert figure.function == "share"
    assert unread("aires de jeux %") == ["%"]


def test_what_is_left_out_goes_on_with_another_name() -> None:
    genera = [value for name, value in read("arbres d’Issy sauf ginkgos et marronniers").parameters]
    assert "Ginkgo" not in genera
    assert any("Marronnier" in each for each in genera)


def test_what_is_not_filled_in_has_no_range() -> None:
    assert unread("prochain chantier sans date de début") != []


@pytest.mark.parametrize(
    ("text", "count"),
    [("3 aires de jeux ouvertes proches de ma position", 3), ("une aire de jeux ouverte pas loin", 0)],
)
def test_near_oneself_is_said_in_many_ways(text: str, count: int) -> None:
    assert (read(text).around_count, unread(text)) == (count, [])


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("parcs de taille moyenne", "taille moyenne"),
        ("bornes de puissance maximale", "puissance maximale"),
        ("âge du plus vieil arbre", "âge"),
        ("bornes sans contact", "sans contact"),
        ("arbres classés", "classés"),
        ("espaces verts durée de plus d’un hectare", "durée"),
        ("espaces verts âge de plus d’un hectare", "âge"),
        ("nombre d’enfants", "enfants"),
        ("nombre d’équipements par aire de jeux", "équipements"),
        ("équipement le plus fréquent dans les aires de jeux", "le plus fréquent"),
        ("nombre de voyageurs par jour à Meudon", "par jour"),
        ("parkings avec des bornes de recharge", "bornes de recharge"),
        ("parkings sans borne de recharge", "borne de recharge"),
        ("nombre de logements construits en 2020", "construits"),
        ("prescriptions ponctuelles autres que des arbres", "arbres"),
        ("communes limitrophes de Meudon", "limitrophes de Meudon"),
        ("opérateurs de bornes", "opérateurs"),
    ],
)
def test_what_describes_or_measures_otherwise_is_named(text: str, words: str) -> None:
    assert words in unread(text)


@pytest.mark.parametrize(
    ("text", "layers"),
    [
        ("bornes ou parkings à Meudon", ["bornes-de-recharge", "stationnement-parcs"]),
        ("combien de bornes ou de parkings à Meudon", ["bornes-de-recharge", "stationnement-parcs"]),
    ],
)
def test_each_of_two_layers_has_a_question_of_its_own(text: str, layers: list[str]) -> None:
    reading = read(text)
    assert [(each.text, each.reason) for each in reading.not_understood] == [("ou", Reason.LAYERS)]
    own = dict(reading.parameters)
    assert own["sujet"] == layers[0]
    assert (("sujet", layers[1]), ("commune", own["commune"])) in reading.alternatives
