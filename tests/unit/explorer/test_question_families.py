"""Families of words that once changed what was asked unseen, each by several of its sentences."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace
from typing import Any

import pytest

from explorer.filters.expressions import expression_words
from explorer.natural_language.interpretation import Understood, interpret
from layers.definitions import Field, FieldType
from tests.questions import pairs_of, public_vocabulary

TODAY = dt.date(2026, 12, 1)


def read(text: str) -> Understood:
    return interpret(text, public_vocabulary(), TODAY)


def parameters_of(text: str, slug: str) -> dict[str, str]:
    """What a text asks of a layer, when it left no word out; a condition on several values is the last of them."""
    reading = read(text)
    assert [each.text for each in reading.not_understood] == []
    pairs = {name.removeprefix(f"{slug}."): value for name, value in pairs_of(reading)}
    assert pairs.pop("sujet") == slug
    return pairs


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("combien de points CHAdeMO", '"prise_type_chademo" = TRUE'),
        ("nombre de points combo CCS", '"prise_type_combo_ccs" = TRUE'),
    ],
)
def test_points_of_a_kind_are_counted_and_not_all_those_of_their_stations(text: str, kinds: str) -> None:
    figure = read(text).figure
    assert figure is not None
    assert (figure.function, figure.relation, figure.record_filter) == ("count", "points_de_charge", kinds)


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("bâtiments protégés au vingt-et-unième siècle", "2001-01-01..2100-12-31"),
        ("bâtiments protégés avant le XXe siècle", "..<1901-01-01"),
        ("bâtiments protégés depuis le 20e siècle", "1901-01-01.."),
    ],
)
def test_the_century_of_a_protection_is_that_of_its_date(text: str, days: str) -> None:
    pairs = parameters_of(text, "batiments-patrimoniaux")
    assert pairs["date_protection"] == days
    assert "siecle" not in pairs


def test_the_century_of_a_building_is_its_own() -> None:
    pairs = parameters_of("monuments inscrits du XXe siècle", "batiments-patrimoniaux")
    assert pairs == {"protection": "inscrit_mh", "siecle": "20"}


def test_the_century_of_a_planting_is_that_of_its_date() -> None:
    pairs = parameters_of("arbres plantés au XIXe siècle", "arbres-remarquables")
    assert pairs == {"date_plantation": "1801-01-01..1900-12-31"}


@pytest.mark.parametrize(
    ("text", "age"),
    [
        ("enfants de moins de 5 ans", "..<5"),
        ("combien de jeunes de 15 à 20 ans", "15..20"),
        ("personnes âgées de plus de 80 ans", "81.."),
    ],
)
def test_people_of_an_age_are_of_the_table_that_counts_them(text: str, age: str) -> None:
    assert parameters_of(text, "pyramide-ages") == {"age": age, "figure": "sum:population"}


def test_an_age_beside_a_layer_is_what_its_places_suit() -> None:
    assert read("aires de jeux pour enfants de moins de 5 ans").subject == "aires-de-jeux"


def test_a_month_with_its_year_is_of_that_year() -> None:
    text = "travaux terminés depuis le mois d'octobre 2025"
    assert parameters_of(text, "travaux-voirie")["date_fin"] == "2025-10-01.."


@pytest.mark.parametrize(
    "text", ["bâtiments hors églises et villas", "bâtiments sauf les églises ou les villas"]
)
def test_what_leaves_out_a_name_leaves_out_those_joined_to_it(text: str) -> None:
    reading = read(text)
    filters = [value for name, value in reading.parameters if name == "batiments-patrimoniaux.filter"]
    assert (len(filters), "Villa" in filters[1], reading.not_understood) == (2, True, ())


@pytest.mark.parametrize("text", ["travaux terminés au mois d'octobre", "travaux terminés en octobre"])
def test_a_month_without_a_year_is_of_this_year(text: str) -> None:
    assert parameters_of(text, "travaux-voirie")["date_fin"] == "2026-10-01..2026-10-31"


@pytest.mark.parametrize(
    ("text", "last"),
    [
        ("bâtiments d'avant le 15e siècle", "14"),
        ("bâtiments après le XVIIIe siècle", "21"),
        ("bâtiments depuis le 20e siècle", "21"),
    ],
)
def test_centuries_before_and_after_another_are_those_of_the_list(text: str, last: str) -> None:
    reading = read(text)
    codes = [value for name, value in reading.parameters if name == "batiments-patrimoniaux.siecle"]
    assert (reading.not_understood, codes[-1]) == ((), last)


@pytest.mark.parametrize(
    "text", ["bâtiments hors églises", "bâtiments sauf les églises", "monuments autres qu'églises"]
)
def test_features_of_a_name_are_left_out(text: str) -> None:
    condition = parameters_of(text, "batiments-patrimoniaux")["filter"]
    assert condition.startswith("(NOT (CASEI(ACCENTI(\"denomination\")) LIKE CASEI(ACCENTI('%Église%')))")


@pytest.mark.parametrize(
    ("negation", "words"),
    [("(NOT ({})) OR nom IS NULL", "nom sans « Église »"), ("{}", "nom avec « Église »")],
)
def test_a_text_that_a_field_holds_is_worded(negation: str, words: str) -> None:
    scope: Any = SimpleNamespace(filterable={"nom": Field("nom", FieldType.TEXT, "Nom")})
    condition = negation.format("CASEI(ACCENTI(nom)) LIKE CASEI(ACCENTI('%Église%'))")
    assert expression_words(scope, condition) == words


@pytest.mark.parametrize(
    ("text", "genus"),
    [
        ("marronniers d'alignement", "Aesculus"),
        ("platanes d'alignement à Meudon", "Platanus"),
        ("arbres d'alignement, tilleuls de plus de 15 m", "Tilia"),
    ],
)
def test_a_genus_is_called_by_its_french_name_where_the_layer_has_none(text: str, genus: str) -> None:
    assert parameters_of(text, "arbres-alignement")["genre"] == genus


def test_the_first_of_a_genus_are_counted() -> None:
    pairs = parameters_of("top 5 des micocouliers d'alignement les plus hauts", "arbres-alignement")
    assert (pairs["genre"], pairs["premiers"]) == ("Celtis", "-hauteur_m:5")


@pytest.mark.parametrize(
    ("text", "figure"),
    [
        ("quel opérateur exploite le plus de bornes", "count by nom_operateur, first 1"),
        ("quel opérateur a le moins de bornes ?", "count by nom_operateur, first 1"),
        ("qui a le plus de bornes de recharge ?", "count by commune, first 1"),
        ("taux de bornes de recharge gérées par Watt Imaginaire", "share"),
    ],
)
def test_a_figure_is_of_what_the_words_name(text: str, figure: str) -> None:
    assert parameters_of(text, "bornes-de-recharge")["figure"] == figure


@pytest.mark.parametrize(
    "text", ["arbres remarquables qui dépassent 35 mètres", "arbres remarquables dépassant 35 m"]
)
def test_an_amount_that_is_exceeded_is_left_out(text: str) -> None:
    assert parameters_of(text, "arbres-remarquables")["hauteur"] == ">35.."


def test_a_height_after_an_unknown_word_is_no_place_of_the_person() -> None:
    reading = read("parking avec largeur limitée à 1,80m")
    assert reading.around_m is None
    assert "limitée à 1,80m" in reading.not_understood[0].text


@pytest.mark.parametrize(
    ("text", "author"),
    [
        ("bâtiments du Corbusier", "Corbusier"),
        ("bâtiments de l'architecte Le Corbusier", "Le Corbusier"),
        ("monuments d'Hector Guimard à Boulogne", "Hector Guimard"),
        ("bâtiments construits par Gustave Eiffel", "Gustave Eiffel"),
    ],
)
def test_who_made_things_is_looked_for_in_the_text_that_names_them_with_a_note(
    text: str, author: str
) -> None:
    reading = read(text)
    assert ("batiments-patrimoniaux.auteur", author) in reading.parameters
    assert [title for _words, title in reading.supposed] == ["auteur"]


@pytest.mark.parametrize(
    ("text", "unknown"),
    [
        ("bâtiments de Lyon", "Lyon"),
        ("bâtiments de Saint Denis", "Saint Denis"),
        ("arbres remarquables du Corbusier", "Corbusier"),
    ],
)
def test_a_capital_that_names_no_author_is_left_out(text: str, unknown: str) -> None:
    assert [each.text for each in read(text).not_understood] == [unknown]


def test_records_are_chosen_by_an_amount_of_theirs() -> None:
    pairs = parameters_of(
        "aires de jeux avec un équipement dont la hauteur de chute dépasse 2 m", "aires-de-jeux"
    )
    assert pairs == {"fiches": 'equipements?(("hauteur_chute_m" > 2))'}


@pytest.mark.parametrize(
    ("text", "order"),
    [
        ("les chantiers les plus longs", ("ordre", "-days:date_debut..date_fin")),
        ("les 3 travaux les plus courts", ("premiers", "days:date_debut..date_fin:3")),
        ("quel chantier dure le plus longtemps", ("premiers", "-days:date_debut..date_fin:1")),
        ("chantiers triés par durée", ("ordre", "days:date_debut..date_fin")),
    ],
)
def test_the_longest_works_last_the_longest(text: str, order: tuple[str, str]) -> None:
    assert parameters_of(text, "travaux-voirie") == dict([order])


@pytest.mark.parametrize(
    ("text", "bounds"),
    [
        ("chantiers de plus de 3 mois", "{} > 90"),
        ("travaux qui durent moins d’une semaine", "{} < 7"),
        ("chantiers d’une durée d’au moins 15 jours", "{} >= 15"),
        ("travaux durant entre 1 et 2 mois", "{0} >= 30 AND {0} <= 60"),
        ("chantiers dont la durée dépasse un an", "{} > 365"),
    ],
)
def test_how_long_works_last_is_compared_in_days(text: str, bounds: str) -> None:
    expected = bounds.format("DAYS_BETWEEN(date_debut, date_fin)")
    assert parameters_of(text, "travaux-voirie") == {"filter": expected}


def test_how_many_days_months_were_counted_as_is_noted() -> None:
    assert read("chantiers de plus de 3 mois").supposed == (("de plus de 3 mois", "durée, 90 j"),)


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("travaux commencés il y a moins de 2 mois", "last-2-months"),
        ("travaux qui commencent dans moins de 15 jours", "next-15-days"),
    ],
)
def test_a_time_that_counts_from_today_is_no_duration(text: str, days: str) -> None:
    assert parameters_of(text, "travaux-voirie") == {"date_debut": days}


def test_the_longest_lines_without_dates_are_ordered_by_their_length() -> None:
    assert parameters_of("les tronçons de route les plus longs", "troncons-de-route") == {"ordre": "-_length"}


@pytest.mark.parametrize(
    "text",
    [
        "Meudon ou Sèvres : qui a le plus d’arbres remarquables",
        "Meudon ou Sèvres, laquelle a le plus d’arbres remarquables ?",
        "de Meudon ou Sèvres, qui des deux a le plus d’arbres remarquables ?",
    ],
)
def test_the_commune_that_has_most_is_one_of_those_before(text: str) -> None:
    assert parameters_of(text, "arbres-remarquables") == {
        "commune": "92048,92072",
        "figure": "count by commune, first 1",
    }


@pytest.mark.parametrize(
    "text",
    [
        "trottinettes qui ne sont pas des trottinettes disponibles",
        "trottinettes autres que les trottinettes disponibles",
    ],
)
def test_a_kind_said_again_under_a_negation_stays_the_kind_of_the_subject(text: str) -> None:
    pairs = pairs_of(read(text))
    states = {value for name, value in pairs if name == "engins-partages.vehicle_state"}
    assert ("engins-partages.vehicle_type", "scooter_standing") in pairs
    assert "on_trip" in states
    assert "available" not in states


def test_the_very_size_of_a_related_surface_is_no_size_of_the_subject() -> None:
    reading = read("parcelles dans une zone de 3 hectares")
    assert [each.text for each in reading.not_understood] == ["de 3 hectares"]
    assert "parcelles.contenance" not in dict(reading.parameters)


def test_a_number_that_things_are_not_is_named() -> None:
    assert read("les vélos qui ne sont pas des vélos disponibles").not_understood


def test_what_is_at_a_distance_is_a_layer_and_no_value_of_the_subject() -> None:
    pairs = pairs_of(read("bornes à moins de 200 m d’un parking public"))
    assert ("bornes-de-recharge.touching", "stationnement-parcs@200*") in pairs
    assert "bornes-de-recharge.implantation_station" not in dict(pairs)


@pytest.mark.parametrize(
    ("text", "slug", "name", "value"),
    [
        ("tronçons de plus de 500 m", "troncons-de-route", "filter", "S_LENGTH(geom) > 500"),
        ("pistes cyclables de plus de 100 m", "amenagements-cyclables", "longueur_km", ">0.1.."),
        ("tronçons de plus de 8 m", "troncons-de-route", "largeur_de_chaussee", ">8.."),
    ],
)
def test_many_metres_of_a_line_are_its_length_and_few_its_width(
    text: str, slug: str, name: str, value: str
) -> None:
    assert parameters_of(text, slug)[name] == value


def test_a_number_that_is_described_makes_no_figure() -> None:
    reading = read("indicateurs dont la cible est atteinte")
    assert reading.figure is None
    assert [each.text for each in reading.not_understood] == ["cible"]


@pytest.mark.parametrize(
    ("text", "order"),
    [
        ("le dernier bâtiment protégé", "-date_protection:1"),
        ("les 3 derniers monuments classés", "-date_protection:3"),
        ("le plus ancien bâtiment protégé", "siecle:1"),
    ],
)
def test_the_last_that_became_so_are_ordered_by_the_date_of_that(text: str, order: str) -> None:
    assert parameters_of(text, "batiments-patrimoniaux")["premiers"] == order


@pytest.mark.parametrize("text", ["chantiers qui ont duré plus d’un an", "travaux de plus d’un an"])
def test_the_years_of_what_ends_are_no_age(text: str) -> None:
    assert parameters_of(text, "travaux-voirie") == {"filter": "DAYS_BETWEEN(date_debut, date_fin) > 365"}


@pytest.mark.parametrize("text", ["arbres hors des zones N et UD", "arbres en zone N ou UD"])
def test_codes_of_two_fields_are_one_or_the_other(text: str) -> None:
    assert ("plui-zones.filter", "(\"typezone\" IN ('N')) OR (\"libelle\" IN ('UD'))") in read(
        text
    ).parameters


@pytest.mark.parametrize(
    ("text", "name", "days"),
    [
        ("chantiers qui seront finis dans les dix jours", "date_fin", "next-10-days"),
        ("chantiers terminés dans les 10 jours", "date_fin", "next-10-days"),
        ("travaux qui finissent d’ici deux semaines", "date_fin", "next-2-weeks"),
        ("travaux qui démarrent sous 15 jours", "date_debut", "next-15-days"),
        ("travaux qui ont commencé dans les 10 derniers jours", "date_debut", "last-10-days"),
    ],
)
def test_an_amount_of_time_from_today_on_is_a_period(text: str, name: str, days: str) -> None:
    assert parameters_of(text, "travaux-voirie") == {name: days}


def test_one_way_of_roads_is_named_and_no_name_of_theirs() -> None:
    assert [each.text for each in read("rues à une voie").not_understood] == ["à une voie"]


@pytest.mark.parametrize("text", ["bâtiments des années 30", "bâtiments de 1930 à 1940"])
def test_a_period_of_what_has_a_century_is_not_that_of_its_protection(text: str) -> None:
    reading = read(text)
    assert "batiments-patrimoniaux.date_protection" not in dict(reading.parameters)
    assert reading.not_understood


@pytest.mark.parametrize("text", ["nombre de jeux par commune", "combien de jeux à Boulogne"])
def test_another_name_of_a_layer_that_counts_its_records_counts_them(text: str) -> None:
    figure = read(text).figure
    assert figure is not None
    assert (figure.function, figure.relation) == ("count", "equipements")


def test_the_places_where_records_are_keep_a_name_of_their_own() -> None:
    assert parameters_of("combien de terrains de jeux à Boulogne", "aires-de-jeux") == {"commune": "92012"}


def test_records_that_are_the_subject_have_the_values_said_after_their_place() -> None:
    pairs = parameters_of("toboggans de Meudon hors service", "aires-de-jeux")
    assert pairs["fiches"] == "equipements?(\"type\" IN ('toboggan')) AND (\"etat\" IN ('hors_service'))"


@pytest.mark.parametrize("text", ["bornes dont tous les points sont accessibles aux PMR"])
def test_all_the_records_are_named_by_the_first_word_of_their_title(text: str) -> None:
    assert parameters_of(text, "bornes-de-recharge")["fiches"].startswith("points_de_charge:0?NOT")


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("adresses du 10 au 20 rue de Paris", "10..20"),
        ("adresses entre le 2 et le 8 de la rue de Paris", "2..8"),
        ("numéros 4 à 12 rue de Paris, adresses", ""),
    ],
)
def test_the_numbers_of_a_street_are_those_of_its_addresses(text: str, numbers: str) -> None:
    reading = read(text)
    assert dict(reading.parameters).get("adresses.numero", "") == numbers
    assert numbers or reading.not_understood


def test_numbers_of_a_street_are_named_beside_another_layer() -> None:
    assert [each.text for each in read("arbres du 10 au 20 rue de Paris").not_understood] == ["du 10 au 20"]


@pytest.mark.parametrize(
    ("text", "kind"), [("impasses de Sèvres", "impasse"), ("avenues de Meudon", "avenue")]
)
def test_a_kind_of_street_alone_is_of_roads_with_a_note(text: str, kind: str) -> None:
    assert parameters_of(text, "troncons-de-route")["nom_voie"] == kind
    assert read(text).supposed != ()


@pytest.mark.parametrize("text", ["zones à urbaniser au plui", "combien de zones AU"])
def test_codes_that_differ_by_their_last_letter_are_named_together(text: str) -> None:
    values = {value for _name, value in read(text).parameters}
    assert {"AUc", "AUs"} <= values


def test_a_code_in_full_is_named_alone() -> None:
    assert parameters_of("zones AUc", "plui-zones") == {"libelle": "AUc"}


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("parkings où la hauteur maxi est de 2 m", ["200"]),
        ("parkings de moins de 2 mètres de haut", ["180", "190"]),
        ("parkings avec hauteur limitée à 1,80 m", ["180"]),
    ],
)
def test_an_amount_is_compared_with_a_list_of_numbers(text: str, values: list[str]) -> None:
    pairs = [value for name, value in read(text).parameters if name == "stationnement-parcs.hauteur_max"]
    assert (pairs, read(text).not_understood) == (values, ())


@pytest.mark.parametrize(
    ("text", "conditions"),
    [
        ("trottinettes perdues", {"vehicle_type": "scooter_standing", "vehicle_state": "missing"}),
        ("trottinettes en panne", {"vehicle_type": "scooter_standing", "vehicle_state": "non_operational"}),
    ],
)
def test_a_value_that_is_a_verb_of_change_too_is_the_value(text: str, conditions: dict[str, str]) -> None:
    assert parameters_of(text, "engins-partages") == conditions


@pytest.mark.parametrize(
    ("text", "figure"),
    [
        ("durée médiane des trajets en trottinette", "avg:duree_mediane_min"),
        ("nombre moyen de trajets par jour", "avg:trajets of each jour"),
        ("hauteur max des arbres remarquables", "max:hauteur"),
    ],
)
def test_the_number_of_a_figure_is_the_one_that_its_words_name(text: str, figure: str) -> None:
    assert dict(pairs_of(read(text)))["figure"] == figure
    assert read(text).not_understood == ()


@pytest.mark.parametrize(
    ("text", "order"),
    [
        ("à Sèvres, l’arrêt où montent le plus de gens", "-montees_jour:1"),
        ("arrêt le plus fréquenté de Sèvres", "-montees_jour:1"),
    ],
)
def test_people_are_counted_by_the_number_named_before_them(text: str, order: str) -> None:
    assert parameters_of(text, "transports-arrets")["premiers"] == order


@pytest.mark.parametrize(
    ("text", "relation"),
    [
        ("parcelles touchées par la servitude PT1", "servitudes@0*"),
        ("parcelles impactées par la servitude PT1", "servitudes*"),
    ],
)
def test_what_is_touched_shares_a_border_at_least(text: str, relation: str) -> None:
    assert parameters_of(text, "parcelles")["touching"] == relation


@pytest.mark.parametrize(
    "text", ["Meudon a-t-elle plus de bornes que Vanves", "plus de bornes à Meudon qu’à Vanves"]
)
def test_two_communes_are_compared(text: str) -> None:
    reading = read(text)
    assert reading.figure is not None
    assert (reading.figure.group, reading.figure.is_descending) == ("commune", True)
    assert dict(reading.parameters)["commune"] == "92048,92075"


def test_a_month_that_is_planned_is_the_next_one() -> None:
    pairs = parameters_of("chantiers prévus en janvier", "travaux-voirie")
    assert pairs["date_debut"] == "2027-01-01..2027-01-31"


def test_each_verb_has_its_period() -> None:
    text = "chantiers qui ont commencé en novembre et finissent en décembre"
    pairs = parameters_of(text, "travaux-voirie")
    assert (pairs["date_debut"], pairs["date_fin"]) == ("2026-11-01..2026-11-30", "2026-12-01..2026-12-31")


def test_the_year_that_a_number_is_compared_with_is_that_of_its_year() -> None:
    assert parameters_of("indicateurs dont la cible est 2030", "plans-indicateurs") == {"annee_cible": "2030"}


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        ("bjr ya til une aire de jeux ds le coin svp", "aires-de-jeux"),
        ("slt kel parking est gratuit", "stationnement-parcs"),
    ],
)
def test_words_of_messages_are_read(text: str, slug: str) -> None:
    assert (read(text).subject, read(text).not_understood) == (slug, ())


def test_another_name_of_a_value_stands_for_its_layer_though_it_begins_with_another() -> None:
    assert parameters_of("rues barrées à Meudon", "travaux-voirie")["impact_circulation"] == "Route barrée"


def test_what_is_current_is_under_way() -> None:
    assert parameters_of("travaux actuels", "travaux-voirie") == {"statut": "En cours"}
