"""Figures that questions ask for: each rule by several sentences, over what the public saw of the demonstration."""

from __future__ import annotations

import datetime as dt

import pytest

from explorer.natural_language.interpretation import Understood, interpret
from tests.questions import pairs_of, public_vocabulary

TODAY = dt.date(2026, 12, 1)


def read(text: str) -> Understood:
    return interpret(text, public_vocabulary(), TODAY)


def figure(text: str) -> tuple[str, str]:
    """The subject and the figure of a text of which every word was used."""
    reading = read(text)
    assert [each.text for each in reading.not_understood] == []
    return reading.subject, dict(pairs_of(reading)).get("figure", "")


@pytest.mark.parametrize(
    ("text", "subject", "group"),
    [
        (
            "combien d'arbres remarquables de chaque essence",
            "arbres-remarquables",
            "count by nom_vernaculaire",
        ),
        (
            "répartition des bornes selon leur implantation",
            "bornes-de-recharge",
            "count by implantation_station",
        ),
        ("quelle rue a le plus d'adresses", "adresses", "count by nom_voie, first 1"),
        ("quelle rue a le plus d'arbres d'alignement", "arbres-alignement", "count by voie, first 1"),
        ("quel genre d'arbre est le plus fréquent", "arbres-remarquables", "count by genre, first 1"),
        ("quelle est la nature de travaux la plus fréquente", "travaux-voirie", "count by nature, first 1"),
        ("mode de transport le plus utilisé à Meudon", "domicile-travail", "sum:actifs by mode, first 1"),
        ("top 3 des communes par nombre d'arbres", "arbres-remarquables", "count by commune, first 3"),
        ("les 3 communes avec le plus de bornes", "bornes-de-recharge", "count by commune, first 3"),
        ("travaux par maître d'ouvrage et par nature", "travaux-voirie", "count by maitre_ouvrage,nature"),
        ("population par tranche d'âge", "pyramide-ages", "sum:population by width10:age"),
        (
            "vélos disponibles par heure le week-end",
            "velos-disponibilite",
            "avg:velos_moyens by heure",
        ),
        (
            "quel mois de 2024 le métro a-t-il transporté le plus de monde",
            "transports-frequentation",
            "sum:voyages by month:mois, first 1",
        ),
        (
            "tonnes d'emballages collectées par chaque ville en 2023",
            "collecte-dechets",
            "sum:tonnes by commune",
        ),
        ("km de pistes par type d'aménagement cyclable", "amenagements-cyclables", "sum:longueur_km by type"),
    ],
)
def test_groups_are_of_the_key_that_is_said(text: str, subject: str, group: str) -> None:
    assert figure(text) == (subject, group)


def test_a_kind_that_is_grouped_is_all_kinds_unless_it_is_named_whole() -> None:
    assert "amenagements-cyclables.type" not in dict(read("km de pistes par type").parameters)
    whole = read("km de pistes cyclables par revêtement")
    assert dict(whole.parameters)["amenagements-cyclables.type"] == "piste cyclable"


@pytest.mark.parametrize(
    ("text", "subject", "share"),
    [
        ("part du territoire de Meudon en zone N", "plui-zones", "sum:_area per 1 territory"),
        (
            "quelle part du territoire de Sèvres est en zone naturelle",
            "plui-zones",
            "sum:_area per 1 territory",
        ),
        (
            "pourcentage de la surface de Chaville en espaces verts",
            "espaces-verts",
            "sum:_area per 1 territory",
        ),
        (
            "part des logements vacants en 2022",
            "logements-menages",
            "share:logements_vacants over logements of the part in annee",
        ),
        (
            "taux de logements vacants par commune",
            "logements-menages",
            "share:logements_vacants over logements by commune, last annee",
        ),
        ("part des femmes à Vanves", "pyramide-ages", "share:population"),
        (
            "part des voitures électriques en 2024",
            "immatriculations-critair",
            "share:voitures of the part in annee",
        ),
        ("part de la voiture dans les déplacements domicile-travail", "domicile-travail", "share:actifs"),
        (
            "quelle est la proportion de pistes cyclables parmi les aménagements cyclables",
            "amenagements-cyclables",
            "share",
        ),
    ],
)
def test_a_share_is_of_the_whole_that_is_meant(text: str, subject: str, share: str) -> None:
    assert figure(text) == (subject, share)


def test_what_is_said_before_the_verb_is_of_the_whole() -> None:
    reading = read("quelle part des parkings gratuits sont réservés aux abonnés")
    assert reading.figure is not None
    assert reading.figure.whole == ("gratuit",)


@pytest.mark.parametrize("text", ["part des arbres remarquables", "part des bornes de recharge"])
def test_a_share_of_nothing_is_reported(text: str) -> None:
    assert read(text).not_understood


@pytest.mark.parametrize(
    ("text", "subject", "figure_text"),
    [
        ("densité de Vanves", "population-communale", "sum:population_municipale per 1 km2, last annee"),
        (
            "densité de population en habitants au km²",
            "population-communale",
            "sum:population_municipale per 1 km2, last annee",
        ),
        (
            "quelle est la ville la plus dense",
            "population-communale",
            "sum:population_municipale per 1 km2 by commune, first 1, last annee",
        ),
        ("densité d'arbres par commune", "arbres-remarquables", "count per 1 km2 by commune"),
        (
            "nombre de bornes pour 1000 habitants par commune",
            "bornes-de-recharge",
            "count per 1000 inhabitant by commune",
        ),
        ("m² d'espaces verts par habitant", "espaces-verts", "sum:surface_m2 per 1 inhabitant"),
    ],
)
def test_a_figure_is_divided_by_people_or_by_ground(text: str, subject: str, figure_text: str) -> None:
    assert figure(text) == (subject, figure_text)


@pytest.mark.parametrize(
    ("text", "change"),
    [
        (
            "de combien la population de Meudon a-t-elle augmenté entre 2016 et 2022",
            ("annee", "2016", "2022"),
        ),
        ("différence de tonnage de verre entre 2022 et 2024", ("annee", "2022", "2024")),
        ("quelle commune a perdu le plus d'habitants depuis 2016", ("annee", "2016", "")),
        (
            "combien d'habitants Sèvres a-t-elle perdus ou gagnés entre 2016 et 2023",
            ("annee", "2016", "2023"),
        ),
        (
            "hausse des voyages en bus entre 2024 et 2025",
            ("mois", "2024-01-01..2024-12-31", "2025-01-01..2025-12-31"),
        ),
    ],
)
def test_a_change_is_from_one_end_of_the_period_to_the_other(text: str, change: tuple[str, str, str]) -> None:
    reading = read(text)
    assert reading.figure is not None
    assert (reading.figure.change, reading.not_understood) == (change, ())


def test_what_lost_the_most_comes_first_among_losses() -> None:
    lost, won = (
        read(f"quelle commune a {verb} le plus d'habitants depuis 2016").figure for verb in ("perdu", "gagné")
    )
    assert lost is not None
    assert won is not None
    assert (lost.is_descending, won.is_descending) == (False, True)


def test_a_change_without_a_period_is_reported() -> None:
    unread = [each.text for each in read("hausse de la population de Meudon").not_understood]
    assert "hausse de" in unread


@pytest.mark.parametrize(
    ("text", "subject", "function"),
    [
        ("hauteur maximale des arbres remarquables", "arbres-remarquables", "max:hauteur"),
        ("superficie moyenne d'une zone UC", "plui-zones", "avg:_area"),
        ("âge moyen des arbres d'alignement", "arbres-alignement", "age:annee_plantation"),
        ("durée moyenne des chantiers", "travaux-voirie", "avg:days:date_debut..date_fin"),
        ("quel est le tarif horaire moyen des parkings", "stationnement-parcs", "avg:tarif_1h"),
        ("tarif moyen d'une journée de parking", "stationnement-parcs", "avg:tarif_24h"),
        ("combien coûte en moyenne une heure de parking", "stationnement-parcs", "avg:tarif_1h"),
        ("les séquoias géants font combien de tour en moyenne", "arbres-remarquables", "avg:circonference"),
        ("nombre moyen d'équipements par aire de jeux", "aires-de-jeux", "avg:nombre_equipements"),
        ("nombre total de places de parking", "stationnement-parcs", "sum:nb_places"),
        ("montées quotidiennes par ligne", "transports-arrets", "sum:montees_jour by ligne"),
        ("combien de voyageurs en bus en 2025", "transports-frequentation", "sum:voyages"),
        ("combien de gens vont travailler à vélo", "domicile-travail", "sum:actifs"),
        ("combien de chantiers en cours en tout", "travaux-voirie", "count"),
        ("combien de voitures électriques à Meudon", "immatriculations-critair", "sum:voitures, last annee"),
    ],
)
def test_a_number_is_the_one_that_the_words_mean(text: str, subject: str, function: str) -> None:
    assert figure(text) == (subject, function)


def test_a_word_of_a_table_names_the_number_that_has_it_and_no_other_one() -> None:
    named = figure("occupation du stationnement par commune")
    assert named == ("stationnement-frequentation", "avg:taux_occupation by commune")


def test_a_table_of_several_amounts_has_no_figure_unless_one_is_named() -> None:
    reading = read("occupants du stationnement payant par zone")
    assert reading.not_understood


@pytest.mark.parametrize(
    ("text", "subject", "field"),
    [
        (
            "prix d'une heure de stationnement au Parc d’exemple n° 11",
            "stationnement-parcs",
            "value:tarif_1h",
        ),
        ("combien de places au parking Parc d'exemple n° 11", "stationnement-parcs", "value:nb_places"),
        ("capacité de la station d'exemple n° 12", "stations-velos", "value:capacite"),
        ("horaires square farman", "aires-de-jeux", "value:horaires"),
        (
            "A quelle date a ouvert l'aire de jeux du parc de Billancourt ?",
            "aires-de-jeux",
            "value:date_ouverture",
        ),
        ("hauteur de l'arbre le plus haut", "arbres-remarquables", "value:hauteur"),
    ],
)
def test_the_value_of_one_object_is_looked_up(text: str, subject: str, field: str) -> None:
    assert figure(text) == (subject, field)


def test_the_cheapest_for_an_hour_is_an_object_and_no_value() -> None:
    reading = read("parking le moins cher pour une heure à Issy")
    assert reading.figure is None
    assert dict(reading.parameters)["stationnement-parcs.premiers"] == "tarif_1h:1"


@pytest.mark.parametrize(
    ("text", "condition"),
    [
        ("quelle est la commune la plus étendue", ("communes.premiers", "-_area:1")),
        ("les 3 plus petites communes", ("communes.premiers", "_area:3")),
        ("communes de plus de 5 km2", ("communes.filter", "S_AREA(geom) > 5000000")),
        ("quelle servitude couvre la plus grande superficie", ("servitudes.premiers", "-_area:1")),
    ],
)
def test_communes_are_what_is_looked_for_where_no_layer_is(text: str, condition: tuple[str, str]) -> None:
    reading = read(text)
    assert reading.not_understood == ()
    assert condition in reading.parameters


def test_an_amount_is_compared_with_the_number_that_was_named() -> None:
    parameters = dict(read("abonnement parking résident moins de 60 euros").parameters)
    assert parameters["stationnement-parcs.abo_resident"] == "..<60"


@pytest.mark.parametrize(
    ("text", "subject", "figure_text", "commune"),
    [
        ("combien de Sévriens", "population-communale", "sum:population_municipale, last annee", "92072"),
        ("combien de Boulonnais ont plus de 60 ans", "pyramide-ages", "sum:population", "92012"),
        ("combien de Meudonnais vont au travail en voiture", "domicile-travail", "sum:actifs", "92048"),
        ("population des Isséens", "population-communale", "sum:population_municipale, last annee", "92040"),
    ],
)
def test_people_are_called_after_their_commune(
    text: str, subject: str, figure_text: str, commune: str
) -> None:
    assert figure(text) == (subject, figure_text)
    assert dict(read(text).parameters)["commune"] == commune


@pytest.mark.parametrize(
    ("text", "subject", "figure_text"),
    [
        ("nombre de femmes de 20 à 24 ans à Issy", "pyramide-ages", "sum:population"),
        ("nb de jeux par type d’équipement", "aires-de-jeux", "count of equipements by type"),
        ("quelle superficie fait Marnes-la-Coquette", "communes", "sum:_area"),
        ("total m2 des aires de jeux sans aucune ombre", "aires-de-jeux", "sum:surface_m2"),
        ("nbr total de places moto dans les parkings", "stationnement-parcs", "sum:nb_2_rm"),
        ("combien de places handicapés dans les parkings", "stationnement-parcs", "sum:nb_pmr"),
    ],
)
def test_words_of_people_name_the_number(text: str, subject: str, figure_text: str) -> None:
    assert figure(text) == (subject, figure_text)


def test_an_amount_that_is_compared_is_no_figure() -> None:
    assert read("abonnement parking résident moins de 60 euros").figure is None


@pytest.mark.parametrize(
    ("text", "subject", "figure_text"),
    [
        (
            "quelle ligne transporte le plus de voyageurs",
            "transports-frequentation",
            "sum:voyages by ligne, first 1",
        ),
        ("où y a-t-il le plus d'arbres remarquables", "arbres-remarquables", "count by commune, first 1"),
        ("part de la zone UA à Boulogne", "plui-zones", "sum:_area per 1 territory"),
        ("quelle part des zones sont naturelles", "plui-zones", "share"),
        ("part des trottinettes disponibles", "engins-partages", "share of the part in vehicle_type"),
        ("hauteur du plus grand arbre de Meudon", "arbres-remarquables", "value:hauteur"),
        ("tarif du plus grand parking", "stationnement-parcs", "value:tarif_1h"),
        ("part des plus de 75 ans à Vanves", "pyramide-ages", "share:population"),
        ("quantité de verre collectée à Meudon en 2022", "collecte-dechets", "sum:tonnes"),
        (
            "combien de places de stationnement en tout dans les parkings de Boulogne",
            "stationnement-parcs",
            "sum:nb_places",
        ),
        ("nombre d'indicateurs par état", "plans-indicateurs", "count by etat"),
    ],
)
def test_a_figure_is_of_the_layer_that_has_the_number(text: str, subject: str, figure_text: str) -> None:
    assert figure(text) == (subject, figure_text)


def test_where_the_most_is_says_a_commune_but_where_one_thing_is_does_not() -> None:
    assert read("où trouver la station avec le plus de places").figure is None


@pytest.mark.parametrize("text", ["moyenne d'âge à Meudon", "âge moyen des habitants de Sèvres"])
def test_the_mean_age_of_people_is_weighted_by_how_many_they_are(text: str) -> None:
    assert figure(text) == ("pyramide-ages", "avg:age*population")


@pytest.mark.parametrize(
    ("text", "unread"),
    [
        ("population dans 10 ans", "10 ans"),
        ("part des logements sociaux", "part des"),
        ("quelle commune a planté le plus d'arbres", "planté"),
        ("nombre d'arbres abattus par commune", "abattus"),
        ("différence de population entre Meudon et Sèvres", "différence de"),
    ],
)
def test_a_word_that_no_number_has_is_reported(text: str, unread: str) -> None:
    assert unread in [each.text for each in read(text).not_understood]


def test_communes_are_counted_as_communes() -> None:
    assert read("combien de communes").subject == "communes"


@pytest.mark.parametrize(
    ("text", "subject", "expected"),
    [
        ("travaux par impact sur la circulation", "travaux-voirie", "count by impact_circulation"),
        ("taille moyenne des parcelles par ville", "parcelles", "avg:contenance by commune"),
        (
            "kilométrage de bandes cyclables sur l’ensemble du territoire",
            "amenagements-cyclables",
            "sum:longueur_km",
        ),
        ("tarif moyen de 24h dans les parkings payants", "stationnement-parcs", "avg:tarif_24h"),
    ],
)
def test_columns_sizes_and_spans_are_measured(text: str, subject: str, expected: str) -> None:
    assert figure(text) == (subject, expected)


@pytest.mark.parametrize(
    ("text", "subject", "expected"),
    [
        ("communes avec plus de 20 bornes", "bornes-de-recharge", "count by commune, 21.."),
        ("quelles communes ont au moins 5 aires de jeux", "aires-de-jeux", "count by commune, 5.."),
        ("communes avec moins de 3 parkings", "stationnement-parcs", "count by commune, ..<3"),
        (
            "communes de plus de 30000 habitants",
            "population-communale",
            "sum:population_municipale by commune, 30001.., last annee",
        ),
    ],
)
def test_communes_are_those_whose_figure_is_within_bounds(text: str, subject: str, expected: str) -> None:
    assert figure(text) == (subject, expected)


def test_communes_of_an_area_are_no_groups() -> None:
    assert figure("communes de plus de 5 km²") == ("communes", "")


@pytest.mark.parametrize(
    ("text", "subject", "expected"),
    [
        ("tonnes d’emballages à Boulogne depuis 2020", "collecte-dechets", "sum:tonnes"),
        ("kilomètres parcourus en trottinette à Issy en juin 2026", "trajets-partages", "sum:distance_km"),
        ("actifs qui vont au travail en vélo à Meudon", "domicile-travail", "sum:actifs"),
    ],
)
def test_a_table_is_known_by_the_unit_of_its_amount(text: str, subject: str, expected: str) -> None:
    assert figure(text) == (subject, expected)


def test_a_table_is_near_nothing() -> None:
    reading = read("part de la voiture dans les trajets domicile-travail à Ville-d’Avray")
    assert not any(name.endswith((".touching", ".disjoint")) for name, _value in reading.parameters)
    assert reading.not_understood


@pytest.mark.parametrize(
    ("text", "subject", "expected"),
    [
        ("% d’arrêts accessibles aux PMR", "transports-arrets", "share"),
        ("superficie de Boulogne et Issy réunies en km2", "communes", "sum:_area"),
    ],
)
def test_a_percentage_and_communes_together_are_figures(text: str, subject: str, expected: str) -> None:
    assert figure(text) == (subject, expected)
