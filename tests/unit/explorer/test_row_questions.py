"""Questions about rows and places: one rule a test, by several of its sentences."""

from __future__ import annotations

import datetime as dt

import pytest

from explorer.natural_language.interpretation import Understood, interpret
from tests.questions import public_vocabulary

TODAY = dt.date(2026, 12, 1)


def read(text: str) -> Understood:
    return interpret(text, public_vocabulary(), TODAY)


def pairs(text: str) -> list[str]:
    """Return the parameters of a text that left no word out, without its subject."""
    reading = read(text)
    assert [each.text for each in reading.not_understood] == []
    prefix = f"{reading.subject}."
    return ["=".join([name.removeprefix(prefix), value]) for name, value in reading.parameters[1:]]


@pytest.mark.parametrize(
    ("text", "condition"),
    [
        ("parkings de 200 places ou davantage", "nb_places=200.."),
        ("pistes cyclables dont la largeur n’atteint pas 1,5 m", "largeur_m=..<1.5"),
        ("trottinettes dont la batterie est sous les 15 %", "battery_pct=..<15"),
        ("parkings au-delà de 300 places", "nb_places=301.."),
        ("arbres dont la hauteur atteint 30 m", "hauteur=30.."),
        ("parkings qui ne dépassent pas 50 places", "nb_places=..50"),
    ],
)
def test_usual_words_compare_an_amount(text: str, condition: str) -> None:
    assert condition in pairs(text)


@pytest.mark.parametrize("unit", ["km/h", "km / h", "km à l’heure", "kilomètres heure"])
def test_a_speed_is_no_distance(unit: str) -> None:
    assert pairs(f"rues avec une vitesse moyenne de moins de 20 {unit}") == ["vitesse_moyenne_vl=..<20"]


def test_trees_of_a_hundred_years_are_named_by_one_word() -> None:
    assert pairs("arbres remarquables centenaires") == ["date_plantation=..1926-12-01"]


@pytest.mark.parametrize(
    ("text", "relation"),
    [
        ("stations vélo à 500 m ou plus d’un parking", "disjoint=stationnement-parcs@500*"),
        ("stations vélo à 500 m ou moins d’un parking", "touching=stationnement-parcs@500*"),
        ("stations vélo à 500 m maximum d’un parking", "touching=stationnement-parcs@500*"),
    ],
)
def test_a_distance_says_its_side_after_itself(text: str, relation: str) -> None:
    assert pairs(text) == [relation]


def test_a_distance_around_oneself_says_its_side_after_itself() -> None:
    assert pairs("bornes à 2 km ou moins de moi") == ["near=moi", "radius=2000"]


@pytest.mark.parametrize("place", ["d’où je me trouve", "de l’endroit où je suis"])
def test_the_nearest_to_where_one_stands_is_the_nearest_to_oneself(place: str) -> None:
    reading = read(f"où est le parking gratuit le plus près {place}")
    assert reading.not_understood == ()
    assert reading.around_count == 1


@pytest.mark.parametrize(
    ("text", "records"),
    [
        ("aires dont aucun équipement n’a été posé avant 2012", 'equipements:0?(("annee_pose" < 2012))'),
        ("aires dont aucun équipement n’est hors service", "equipements:0?(\"etat\" IN ('hors_service'))"),
        ("aires dont tous les jeux ont été posés après 2010", 'equipements:0?NOT ((("annee_pose" >= 2011)))'),
        ("aires dont au moins un jeu a été posé en 2025 ou après", 'equipements?(("annee_pose" >= 2025))'),
        ("aires avec moins de 4 jeux", "equipements:0..3"),
    ],
)
def test_records_have_conditions_under_negation_and_other_names(text: str, records: str) -> None:
    assert pairs(text) == [f"fiches={records}"]


@pytest.mark.parametrize(
    "text", ["bâtiments qui ne sont pas de Le Corbusier", "bâtiments qui ne sont pas l’œuvre de Le Corbusier"]
)
def test_an_author_is_left_out(text: str) -> None:
    (condition,) = pairs(text)
    assert condition.startswith('filter=(NOT (CASEI(ACCENTI("auteur")) LIKE')


def test_or_joins_a_name_and_a_condition_of_the_layer_named_again() -> None:
    (condition,) = pairs("cèdres ou arbres de plus de 30 m")
    assert "LIKE CASEI(ACCENTI('%Cèdre%'))) OR ((\"hauteur\" > 30))" in condition


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "engins partagés dans une zone naturelle du PLUi",
            ["touching=plui-zones*", "plui-zones.typezone=N"],
        ),
        ("bâtiments du patrimoine à moins de 400 m du parc Rodin", ["touching=aires-de-jeux/11@400"]),
        ("arbres dans une zone N du PLUi", ["touching=plui-zones*", "plui-zones.typezone=N"]),
        ("zones N au PLUi", ["typezone=N"]),
        ("zones naturelles dans le PLUi", ["typezone=N"]),
        ("arbres dans une zone N au PLUi", ["touching=plui-zones*", "plui-zones.typezone=N"]),
    ],
)
def test_another_name_of_the_layer_just_named_adds_no_other_layer(text: str, expected: list[str]) -> None:
    assert pairs(text) == expected


def test_a_condition_after_a_commune_left_out_is_of_the_subject() -> None:
    assert "capacite=40.." in pairs("stations de vélos hors Boulogne ayant une capacité de 40 ou davantage")


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("arbres remarquables relevés au printemps 2024", "date_releve=2024-03-01..2024-05-31"),
        ("stations vélo mises en service à l’automne 2023", "mise_en_service=2023-09-01..2023-11-30"),
        ("chantiers de l’été 2026", "date_debut=2026-06-01..2026-08-31"),
        ("travaux de l’été dernier", "date_debut=2026-06-01..2026-08-31"),
        ("travaux cet hiver", "date_debut=2026-12-01..2027-02-28"),
        ("bornes mises en service pendant l’hiver 2024-2025", "date_mise_en_service=2024-12-01..2025-02-28"),
        ("travaux commencés depuis l’été 2026", "date_debut=2026-06-01.."),
    ],
)
def test_a_season_is_its_months(text: str, days: str) -> None:
    assert pairs(text) == [days]


@pytest.mark.parametrize("text", ["travaux en été", "bornes mises en service en hiver 2024"])
def test_a_season_that_may_be_of_several_years_is_left_out(text: str) -> None:
    assert read(text).not_understood


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("travaux qui se termineront d’ici Noël", "date_fin=today..2026-12-25"),
        ("travaux qui finissent d’ici la fin de l’année", "date_fin=today..2026-12-31"),
        ("travaux qui se terminent d’ici mars", "date_fin=today..2027-03-31"),
        ("travaux qui finissent d’ici juin 2027", "date_fin=today..2027-06-30"),
        ("bornes mises en service depuis le 1er janvier", "date_mise_en_service=2026-01-01.."),
        ("travaux de décembre", "date_debut=2026-12-01..2026-12-31"),
        ("travaux qui commenceront en janvier 2027", "date_debut=2027-01-01..2027-01-31"),
    ],
)
def test_deadlines_and_days_without_a_year_are_counted_from_today(text: str, days: str) -> None:
    assert pairs(text) == [days]


@pytest.mark.parametrize(
    ("text", "order"),
    [
        ("parmi les chantiers à venir, celui qui finira le plus tard", "premiers=-date_fin:1"),
        ("le chantier qui commence le plus tôt", "premiers=date_debut:1"),
        ("les 3 dernières aires de jeux à avoir ouvert", "premiers=-date_ouverture:3"),
        ("quelle servitude a la plus grande superficie", "premiers=-_area:1"),
        ("arbre remarquable le plus mince", "premiers=circonference:1"),
        ("aires de jeux classées par surface", "ordre=surface_m2"),
        ("arbres classés par hauteur décroissante", "ordre=-hauteur"),
        ("parkings du moins cher au plus cher", "ordre=tarif_1h"),
        ("arbres du plus haut au plus bas", "ordre=-hauteur"),
        ("bâtiments par ordre alphabétique", "ordre=denomination"),
        ("arbres triés par âge", "ordre=date_plantation"),
    ],
)
def test_words_that_sort_the_rows(text: str, order: str) -> None:
    assert order in pairs(text)


@pytest.mark.parametrize(
    ("text", "order"),
    [("prochain chantier à démarrer", "premiers=date_debut:1"), ("prochains travaux", "ordre=date_debut")],
)
def test_the_next_ones_are_not_past(text: str, order: str) -> None:
    assert set(pairs(text)) >= {"date_debut=today..", order}


def test_a_number_alone_is_that_of_the_rows() -> None:
    assert "premiers=-tarif_24h:3" in [
        "=".join([name.partition(".")[2], value])
        for name, value in read("parkings : les 3 où la journée est la plus chère").parameters
    ]


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("pistes et bandes cyclables", ["piste cyclable", "bande cyclable"]),
        ("bandes ou pistes cyclables", ["bande cyclable", "piste cyclable"]),
    ],
)
def test_a_word_that_two_names_share_is_said_once(text: str, values: list[str]) -> None:
    assert pairs(text) == [f"type={value}" for value in values]


def test_a_beginning_that_two_names_share_is_said_once() -> None:
    station = "implantation_station="
    assert pairs("bornes dans les parkings publics ou privés") == [
        f"{station}Parking public",
        f"{station}Parking privé à usage public",
        f"{station}Parking privé réservé à la clientèle",
    ]


@pytest.mark.parametrize(
    "text", ["bornes en parking réservé à la clientèle", "bornes parkings clientèle privés"]
)
def test_the_words_of_a_label_may_be_in_part_and_in_another_order(text: str) -> None:
    assert pairs(text) == ["implantation_station=Parking privé réservé à la clientèle"]


def test_a_kind_of_thing_is_known_by_the_words_of_its_label() -> None:
    reading = read("couloirs de bus partagés avec les vélos")
    assert (reading.subject, reading.not_understood) == ("amenagements-cyclables", ())


@pytest.mark.parametrize(
    ("text", "condition"),
    [
        ("aire de jeux du parc Rodin", "nom==Parc Rodin"),
        ("aire de jeux du parc Barbusse", "nom==Parc Henri-Barbusse"),
        ("prescriptions surfaciques : jardins familiaux", "libelle=Jardins familiaux"),
    ],
)
def test_a_feature_is_known_by_a_part_of_its_name(text: str, condition: str) -> None:
    assert pairs(text) == [condition]


@pytest.mark.parametrize("place", ["de l’observatoire de Meudon", "du pont Hélène"])
def test_a_place_is_known_by_a_part_of_its_name(place: str) -> None:
    (relation,) = pairs(f"aires de jeux à moins de 1 km {place}")
    assert relation.startswith("touching=batiments-patrimoniaux/")


def test_or_joins_two_features_of_a_related_layer() -> None:
    near = "aires de jeux à moins d’1 km de la villa Hefferlin ou de l’église Saint-Rémy"
    assert pairs(near) == [
        "touching=batiments-patrimoniaux@1000*",
        "batiments-patrimoniaux.denomination==Villa Hefferlin",
        "batiments-patrimoniaux.denomination==Église Saint-Rémy",
    ]


@pytest.mark.parametrize(
    "text", ["quelle est la protection du hangar y", "auteur de la villa Huvé", "horaires du parc Rodin"]
)
def test_a_field_named_with_one_feature_is_looked_up_and_no_condition(text: str) -> None:
    assert len(pairs(text)) == 1


@pytest.mark.parametrize(
    "text",
    ["bornes ouvertes 24h/24", "bornes accessibles jour et nuit", "bornes 24/7", "bornes toujours ouvertes"],
)
def test_opening_at_all_hours_is_read_in_the_text_of_the_hours(text: str) -> None:
    assert {"horaires=24/7", "horaires=toujours ouvert"} <= set(pairs(text))


def test_what_is_not_open_at_all_hours_is_left_out() -> None:
    conditions = pairs("bornes qui ne sont pas ouvertes 24h/24")
    assert all(each.startswith('filter=(NOT (CASEI(ACCENTI("horaires"))') for each in conditions)
    assert len(conditions) == 4


def test_several_is_at_least_two() -> None:
    (records,) = pairs("aires de jeux avec plusieurs bacs à sable")
    assert records.startswith("fiches=equipements:2..?")


def test_the_plural_of_a_word_of_two_letters_is_the_same_name() -> None:
    assert pairs("ifs") == ["nom_vernaculaire=If"]


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("arbres remarquables hors jardins privés", "privés"),
        ("aires de jeux à moins de 300 m d’un parc clôturé", "clôturé"),
        ("aires de jeux à moins de 100 m d’une station-service", "station-service"),
    ],
)
def test_a_word_of_something_else_is_no_condition_of_the_subject(text: str, word: str) -> None:
    reading = read(text)
    assert any(each.text.endswith(word) for each in reading.not_understood)
    fields = {
        name.partition(".")[2] for name, _value in reading.parameters if name.startswith(reading.subject)
    }
    assert fields <= {"disjoint", "touching"}


@pytest.mark.parametrize("text", ["aires de jeux de service", "aires de jeux, parcs à Meudon"])
def test_a_word_of_all_the_labels_is_no_condition(text: str) -> None:
    names = [name for name, _value in read(text).parameters]
    assert "aires-de-jeux.exploitant" not in names


@pytest.mark.parametrize(
    ("text", "condition"),
    [
        ("travaux pour le réseau de chaleur", "objet=Extension du réseau de chaleur"),
        ("parkings avec des places motos", "nb_2_rm=1.."),
        ("parkings avec des places handicapés", "nb_pmr=1.."),
        ("bornes avec câble attaché", 'fiches=points_de_charge?("cable_t2_attache" = TRUE)'),
        ("numéros de rue du Pressoir", "nom_voie=rue du Pressoir"),
    ],
)
def test_people_say_some_of_the_words_of_a_label(text: str, condition: str) -> None:
    assert pairs(text) == [condition]


def test_a_long_word_is_corrected_though_its_root_is_known() -> None:
    reading = read("aménagments cyclables")
    assert (reading.subject, reading.corrections) == (
        "amenagements-cyclables",
        (("aménagments", "amenagement"),),
    )


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("travaux qui ont lieu entre le 10 et le 20 décembre", ["..2026-12-20", "2026-12-10.."]),
        ("travaux qui se déroulent en janvier 2027", ["..2027-01-31", "2027-01-01.."]),
    ],
)
def test_what_takes_place_in_a_period_begins_before_its_end_and_ends_after_its_beginning(
    text: str, days: list[str]
) -> None:
    assert pairs(text) == [f"date_debut={days[0]}", f"date_fin={days[1]}"]


def test_a_cause_after_a_state_that_is_left_out_is_left_out_too() -> None:
    assert pairs("aires de jeux pas fermées pour travaux") == ["etat=ouvert", "etat=partiel"]


@pytest.mark.parametrize(
    ("text", "condition"),
    [
        ("communes sans aire de jeux", "disjoint=aires-de-jeux*"),
        ("communes traversées par une ligne de transport", "touching=transports-lignes*"),
        ("communes de plus de 5 km²", "filter=S_AREA(geom) > 5000000"),
        ("quelle est la commune la plus étendue", "premiers=-_area:1"),
        ("les 3 plus petites communes", "premiers=_area:3"),
    ],
)
def test_communes_are_looked_for_where_something_is_asked_of_them(text: str, condition: str) -> None:
    assert read(text).subject == "communes"
    assert pairs(text) == [condition]


@pytest.mark.parametrize("text", ["bornes par commune", "arbres remarquables de la commune de Meudon"])
def test_a_commune_is_a_place_elsewhere(text: str) -> None:
    assert read(text).subject != "communes"


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("arbre remarquable le plus proche du Hangar Y", ["premiers=_distance:1"]),
        ("les 3 arbres remarquables les plus proches du Hangar Y", ["premiers=_distance:3"]),
        ("arbres remarquables les plus proches du Hangar Y", []),
        ("les arbres remarquables le plus près du Hangar Y", []),
    ],
)
def test_as_many_of_the_nearest_as_are_wanted_are_the_answer(text: str, rows: list[str]) -> None:
    assert [each for each in pairs(text) if each.startswith("premiers")] == rows


@pytest.mark.parametrize(
    ("text", "interests"),
    [
        ("bâtiments sans intérêt architectural", ["architectural"]),
        ("bâtiments sans intérêt historique ni technique", ["historique", "technique"]),
    ],
)
def test_a_value_of_several_is_left_out_with_the_rows_that_have_it(text: str, interests: list[str]) -> None:
    filters = [
        f'filter=(NOT (A_OVERLAPS("interet", (\'{each}\'))) OR "interet" IS NULL)' for each in interests
    ]
    assert pairs(text) == filters


@pytest.mark.parametrize("text", ["commerces à Meudon", "mares de Meudon"])
def test_the_label_of_several_rules_is_no_layer(text: str) -> None:
    reading = read(text)
    assert (reading.subject, len(reading.not_understood)) == ("", 1)


def test_a_commune_that_ends_a_label_is_the_commune() -> None:
    assert pairs("prescription ponctuelle boulogne-billancourt") == ["commune=92012"]


@pytest.mark.parametrize(
    ("text", "condition"),
    [
        ("patrimoine localisé à 50 m près ou mieux", "precision_position=..50"),
        ("bâtiments localisés à plus de 400 m près", "precision_position=401.."),
        ("espaces verts fermés au public", "ouvert=false"),
        ("espaces verts fermés", "ouvert=false"),
        ("arrêts abrités", "abri=true"),
        ("arrêts non abrités", "abri=false"),
    ],
)
def test_a_field_is_asked_by_words_that_people_say_for_it(text: str, condition: str) -> None:
    assert pairs(text) == [condition]


def test_works_of_two_years_begin_in_the_first_and_end_in_the_second() -> None:
    assert pairs("chantiers à cheval sur 2026 et 2027") == [
        "date_debut=..2026-12-31",
        "date_fin=2027-01-01..",
    ]


def test_hours_are_no_price() -> None:
    reading = read("parkings les moins chers pour 2 heures")
    assert [each.text for each in reading.not_understood] == ["pour 2 heures"]
    assert ("stationnement-parcs.tarif_1h", "2") not in reading.parameters


@pytest.mark.parametrize(
    ("text", "subject"),
    [
        ("où puis-je garer ma voiture à Vanves ?", "stationnement-parcs"),
        ("se garer à moins de 800 m de l’église Saint-Martin", "stationnement-parcs"),
        ("où recharger ma voiture électrique à Meudon", "bornes-de-recharge"),
        ("où faire jouer mes enfants à Sèvres", "aires-de-jeux"),
    ],
)
def test_what_people_want_to_do_stands_for_the_layer_where_they_do_it(text: str, subject: str) -> None:
    reading = read(text)
    assert (reading.subject, reading.not_understood) == (subject, ())


def test_an_accent_that_is_typed_is_one_of_the_name() -> None:
    assert all(value != "=Parc de la Ferme" for _name, value in read("parcs fermés").parameters)


@pytest.mark.parametrize(
    "text", ["plus grand parking en nombre de places", "le plus gros parking en nbre de places"]
)
def test_the_number_of_a_superlative_is_said_after_it(text: str) -> None:
    assert pairs(text)[0] == "premiers=-nb_places:1"


@pytest.mark.parametrize(
    ("text", "condition"),
    [
        ("stations de vélos entièrement électriques", "electrique=toutes les bornes"),
        ("stations avec que des vélos électriques à Meudon", "electrique=toutes les bornes"),
        ("aires partiellement ombragées à Issy", "ombrage=partiel"),
        ("aires de jeux entièrement ombragées", "ombrage=total"),
        ("vélos disponibles à 8h en semaine", "heure=8"),
        ("vélos disponibles à 8h en semaine", "type_jour=jour ouvré"),
        ("bornettes libres entre 8h et 10h le week-end", "heure=8..10"),
        ("se garer 24h pour moins de 17 euros", "tarif_24h=..<17"),
        ("parkings à moins de 15 € les 24h", "tarif_24h=..<15"),
        ("se garer pour moins de 2 € de l’heure", "tarif_1h=..<2"),
        ("parkings avec plus de 5 places pour voitures électriques", "nb_voitures_electriques=6.."),
        ("les parkings les plus chers à la journée", "ordre=-tarif_24h"),
    ],
)
def test_extents_hours_and_spans_of_a_price_are_conditions(text: str, condition: str) -> None:
    assert condition in pairs(text)


def test_two_hours_are_no_price_of_one() -> None:
    assert [each.text for each in read("prix de 2 heures de parking").not_understood]


def test_words_of_a_title_that_make_groups_are_no_part_of_it() -> None:
    figure = read("adresses non certifiées par commune").figure
    assert figure is not None
    assert figure.group == "commune"


@pytest.mark.parametrize(
    ("text", "condition"),
    [
        ("bornes avec à la fois du CCS et du CHAdeMO", "filter=(A_OVERLAPS(\"connecteurs\", ('chademo')))"),
        ("bâtiments artistiques et techniques", "filter=(A_OVERLAPS(\"interet\", ('technique')))"),
        ("arbres de la famille Fagaceae", "famille=Fagaceae"),
        ("arbre de matricule 12", "matricule=12"),
        ("bâtiments dessinés par Mallet Stevens", "auteur=Mallet-Stevens"),
        ("bornes à moins de 700 m de l’hôtel de ville de Boulogne", "touching=batiments-patrimoniaux/7@700"),
        ("arrêts de tram autour de moi, 900 m maxi", "radius=900"),
        ("espaces verts des années quarante", "annee=1940..1949"),
        ("espaces verts créés dans les années soixante-dix", "annee=1970..1979"),
        ("quels travaux finissent aujourd’hui", "date_fin=today"),
        ("av des Genêts, Sèvres", "nom_voie=avenue des Genêts"),
    ],
)
def test_lists_texts_names_and_days_are_conditions(text: str, condition: str) -> None:
    assert condition in pairs(text)


def test_one_or_the_other_of_a_list_is_one_condition() -> None:
    assert pairs("bornes CCS ou CHAdeMO") == ["connecteurs=combo_ccs", "connecteurs=chademo"]


def test_a_name_that_is_left_out_may_follow_a_value() -> None:
    texts = pairs("arbres remarquables d’Issy sauf ginkgos et marronniers")
    assert any("NOT" in each and "Marronnier" in each for each in texts)
    assert "genre=Ginkgo" not in texts


def test_a_town_hall_that_no_building_is_called_is_reported() -> None:
    assert read("la borne la plus proche de l’hôtel de ville de Meudon").not_understood


@pytest.mark.parametrize(
    ("text", "condition"),
    [
        ("arrêts qui ne sont pas des arrêts de bus", "mode=métro"),
        ("aires de jeux avec un seul toboggan", "fiches=equipements:1?(\"type\" IN ('toboggan'))"),
        ("trottinettes avec plus de 80 % de batterie", "battery_pct=81.."),
    ],
)
def test_what_is_turned_or_counted_is_a_condition(text: str, condition: str) -> None:
    assert condition in pairs(text)


def test_an_event_that_is_not_yet_is_not_without_date() -> None:
    assert "date_fin=today.." in pairs("travaux pas finis à moins de 150 m d’un arbre remarquable")
