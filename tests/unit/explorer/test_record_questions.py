"""Questions about the records of a feature, its equipment or its charge points: each rule by several sentences."""

from __future__ import annotations

import datetime as dt

import pytest

from explorer.natural_language.interpretation import Understood, interpret
from tests.questions import public_vocabulary

TODAY = dt.date(2026, 12, 1)


def read(text: str) -> Understood:
    """Read a text of which every word is used."""
    reading = interpret(text, public_vocabulary(), TODAY)
    assert [each.text for each in reading.not_understood] == []
    return reading


def records(text: str) -> list[str]:
    return [value for name, value in read(text).parameters if name.endswith(".fiches")]


def counted(text: str) -> tuple[str, str]:
    figure = read(text).figure
    assert figure is not None
    return figure.relation, figure.record_filter


@pytest.mark.parametrize(
    ("text", "condition"),
    [
        ("combien de jeux posés en 2024", '"annee_pose" = 2024'),
        ("cb de toboggans ont plus de 10 ans", '"type" IN (\'toboggan\')) AND (("annee_pose" < 2016)'),
        (
            "combien de balançoires installées depuis 2015",
            '"type" IN (\'balancoire\')) AND (("annee_pose" >= 2015)',
        ),
        ("combien de jeux sont hors service", "\"etat\" IN ('hors_service')"),
        ("nombre de jeux à surveiller à Issy", "\"etat\" IN ('a_surveiller')"),
    ],
)
def test_equipment_is_counted_and_not_its_playground(text: str, condition: str) -> None:
    relation, text_of_filter = counted(text)
    assert relation == "equipements"
    assert condition in text_of_filter


@pytest.mark.parametrize(
    ("text", "condition"),
    [
        ("toboggans d'avant 2012", '"annee_pose" < 2012'),
        ("aires avec un toboggan de plus de 10 ans", '"annee_pose" < 2016'),
        ("jeux installés depuis 2020 à Meudon", '"annee_pose" >= 2020'),
        ("aires de jeux avec des jeux hors service", "\"etat\" IN ('hors_service')"),
        (
            "aires de jeux avec une tyrolienne à surveiller ou hors service",
            "\"etat\" IN ('a_surveiller', 'hors_service')",
        ),
        ("équipements à surveiller ou hors service", "\"etat\" IN ('a_surveiller', 'hors_service')"),
    ],
)
def test_a_condition_after_equipment_is_of_the_equipment(text: str, condition: str) -> None:
    (only,) = records(text)
    assert condition in only


def test_the_verb_of_the_date_of_a_playground_is_no_date_of_its_equipment() -> None:
    reading = read("aires de jeux avec toboggan ouvertes en 2020")
    assert ("aires-de-jeux.date_ouverture", "2020-01-01..2020-12-31") in reading.parameters


def test_an_age_for_whom_equipment_is_made_is_no_age_of_it() -> None:
    (only,) = records("aires avec un toboggan pour les plus de 3 ans")
    assert "annee_pose" not in only


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "bornes d’Issy où on ne peut pas payer par carte bancaire",
            ['points_de_charge:0?"paiement_cb" = TRUE'],
        ),
        ("borne où payer en CB à Sèvres", ['points_de_charge?"paiement_cb" = TRUE']),
        ("bornes où on peut payer par carte", ['points_de_charge?"paiement_cb" = TRUE']),
        ("stations où l'on peut réserver un point de recharge", ['points_de_charge?"reservation" = TRUE']),
        ("bornes avec réservation possible", ['points_de_charge?"reservation" = TRUE']),
        ("bornes sans paiement par carte", ['points_de_charge:0?"paiement_cb" = TRUE']),
    ],
)
def test_a_verb_asks_what_records_answer_yes_to(text: str, expected: list[str]) -> None:
    assert [each.replace("(", "").replace(")", "") for each in records(text)] == expected


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("équipements à surveiller par type de jeu", "type"),
        ("équipements par état", "etat"),
        ("espaces verts par mode d’entretien", "entretien"),
        ("bâtiments par niveau de protection", "protection"),
    ],
)
def test_a_key_is_named_after_a_word_that_adds_nothing(text: str, key: str) -> None:
    figure = read(text).figure
    assert figure is not None
    assert figure.group == key


def test_parkings_without_a_thing_that_they_count_are_no_place_without_it() -> None:
    values = [value for name, value in read("parkings sans autopartage").parameters if "autopartage" in name]
    assert values == ["0", "-"]


@pytest.mark.parametrize(
    ("text", "pair"),
    [
        ("premier chantier de l’année 2027", ("travaux-voirie.premiers", "date_debut:1")),
        ("les 3 premiers chantiers de Meudon", ("travaux-voirie.premiers", "date_debut:3")),
        ("chantiers de l’année 2027", ("travaux-voirie.date_debut", "2027-01-01..2027-12-31")),
        ("espaces verts aménagés depuis l’an 2000", ("espaces-verts.annee", "2000..")),
        ("chantiers du prochain trimestre", ("travaux-voirie.date_debut", "next-quarter")),
    ],
)
def test_firsts_years_and_quarters_are_read(text: str, pair: tuple[str, str]) -> None:
    assert pair in read(text).parameters


@pytest.mark.parametrize(
    ("text", "condition"),
    [
        (
            "combien de points de charge non accessibles aux PMR",
            "\"accessibilite_pmr\" IN ('Non accessible')",
        ),
        (
            "nombre de points de charge non accessibles en fauteuil roulant",
            "\"accessibilite_pmr\" IN ('Non accessible')",
        ),
        ("combien de points de charge gratuits", '"gratuit" = TRUE'),
        ("combien de points de charge de plus de 50 kW", '"puissance_nominale" > 50'),
        ("nombre de points de recharge de 22 kW", '"puissance_nominale" = 22'),
        ("combien de points de charge non gratuits", 'NOT ("gratuit" = TRUE)'),
        ("combien de points de recharge non gratuits", 'NOT ("gratuit" = TRUE)'),
        (
            "nombre de points de charge réservables et gratuits",
            '("reservation" = TRUE) AND ("gratuit" = TRUE)',
        ),
    ],
)
def test_points_are_counted_with_what_is_said_of_them_and_not_those_of_their_stations(
    text: str, condition: str
) -> None:
    relation, text_of_filter = counted(text)
    assert relation == "points_de_charge"
    assert _bare(text_of_filter) == _bare(condition)
    assert records(text) == []


def _bare(condition: str) -> str:
    """Return a condition without parentheses."""
    return condition.replace("(", "").replace(")", "")


@pytest.mark.parametrize(
    ("text", "condition"),
    [
        ("bornes non accessibles aux PMR", "Non accessible"),
        ("bornes avec un point de recharge non accessible aux handicapés", "Non accessible"),
    ],
)
def test_a_value_that_denies_is_one_condition_with_what_it_denies(text: str, condition: str) -> None:
    (only,) = records(text)
    assert only == f"points_de_charge?(\"accessibilite_pmr\" IN ('{condition}'))"


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("combien de toboggans et de balançoires", ("'toboggan'", " OR ", "'balancoire'")),
        (
            "combien de toboggans hors service et à surveiller",
            ("'toboggan'", "'hors_service', 'a_surveiller'"),
        ),
    ],
)
def test_kinds_of_equipment_that_et_joins_are_counted_together(text: str, values: tuple[str, ...]) -> None:
    relation, text_of_filter = counted(text)
    assert relation == "equipements"
    assert all(each in text_of_filter for each in values)


def test_equipment_of_playgrounds_is_counted_whole_where_the_playground_is_described() -> None:
    text = "nombre d’équipements des aires avec une tyrolienne"
    assert counted(text) == ("equipements", "")
    assert records(text) == ["equipements?(\"type\" IN ('tyrolienne'))"]


def test_a_count_of_equipment_that_is_none_names_its_words() -> None:
    reading = interpret("combien de toboggans avec plus de 2 balançoires", public_vocabulary(), TODAY)
    assert [each.text for each in reading.not_understood] == ["combien de"]


@pytest.mark.parametrize(
    ("text", "group"),
    [
        ("nombre d’équipements par type de jeu à Vanves", "type"),
        ("nombre de parkings par type de parking", "type_ouvrage"),
    ],
)
def test_the_kind_of_the_layer_itself_is_a_key(text: str, group: str) -> None:
    figure = read(text).figure
    assert figure is not None
    assert (figure.function, figure.group) == ("count", group)


@pytest.mark.parametrize(
    ("text", "field", "is_descending"),
    [
        ("dans quelle commune le tarif horaire moyen des parkings est-il le plus élevé", "tarif_1h", True),
        ("quelle commune a la hauteur moyenne des arbres la plus faible", "hauteur", False),
        ("quelle commune a la plus grande surface moyenne d’aires de jeux", "surface_m2", True),
    ],
)
def test_the_commune_of_the_highest_mean_is_looked_for(text: str, field: str, is_descending: bool) -> None:
    figure = read(text).figure
    assert figure is not None
    assert (figure.function, figure.field, figure.group) == ("avg", field, "commune")
    assert (figure.is_descending, figure.limit) == (is_descending, 1)


@pytest.mark.parametrize(
    ("text", "pair"),
    [
        ("parkings avec 20 emplacements moto ou plus", ("stationnement-parcs.nb_2_rm", "20..")),
        ("parkings de plus de 100 emplacements", ("stationnement-parcs.nb_places", "101..")),
        ("zones pavillonnaires de Sèvres", ("plui-zones.libelong", "Habitat pavillonnaire, exemple")),
        (
            "arbres remarquables à moins de 80 m d’une piste ou d’une bande cyclable",
            ("amenagements-cyclables.type", "piste cyclable"),
        ),
    ],
)
def test_names_are_read_by_a_word_of_their_own(text: str, pair: tuple[str, str]) -> None:
    assert pair in read(text).parameters


def test_the_points_of_stations_that_a_power_describes_are_all_of_them() -> None:
    reading = read("nombre de points de charge des bornes de plus de 50 kW")
    assert reading.figure is not None
    assert (reading.figure.function, reading.figure.field) == ("sum", "nbre_pdc")
    assert ("bornes-de-recharge.puissance_max", ">50..") in reading.parameters


def test_a_state_that_is_said_with_its_date_is_no_side_of_ou() -> None:
    text = "travaux terminés avant juin 2026 ou commençant après mars 2027"
    reading = interpret(text, public_vocabulary(), TODAY)
    assert [each.text for each in reading.not_understood] == ["ou"]


@pytest.mark.parametrize("text", ["hauteur moyenne des platanes par commune", "platanes par commune"])
def test_groups_by_commune_are_no_end_of_a_name(text: str) -> None:
    reading = read(text)
    assert reading.figure is not None
    assert reading.figure.group == "commune"
    assert "Platane commun" not in dict(reading.parameters).values()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("bornes avec au moins 2 points de charge gratuits", "points_de_charge:2..?"),
        ("bornes avec plus de 3 points gratuits", "points_de_charge:4..?"),
        ("aires avec plus de 6 équipements hors service", "equipements:7..?"),
    ],
)
def test_an_amount_of_records_is_of_those_that_are_so(text: str, expected: str) -> None:
    (only,) = records(text)
    assert only.startswith(expected)
    assert len(read(text).parameters) == 2


def test_an_amount_of_all_records_stands_beside_one_of_them() -> None:
    pairs = read("aires avec plus de 6 équipements et un toboggan").parameters
    assert ("aires-de-jeux.nombre_equipements", "7..") in pairs
    assert ("aires-de-jeux.fiches", "equipements?(\"type\" IN ('toboggan'))") in pairs


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("bornes avec au moins 2 points CHAdeMO", "CHAdeMO"),
        ("part des équipements hors service", "part des"),
        ("pourcentage de points de charge non accessibles", "pourcentage de"),
    ],
)
def test_a_number_or_a_share_that_no_record_says_is_named(text: str, word: str) -> None:
    reading = interpret(text, public_vocabulary(), TODAY)
    assert word in " ".join(each.text for each in reading.not_understood)


def test_a_word_between_an_extent_and_its_list_is_named() -> None:
    reading = interpret("aires de jeux en partie zorglub ombragées", public_vocabulary(), TODAY)
    assert [each.text for each in reading.not_understood] == ["zorglub"]
    assert read("aires de jeux en partie ombragées").parameters[1] == ("aires-de-jeux.ombrage", "partiel")
