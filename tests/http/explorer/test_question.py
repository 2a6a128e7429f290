"""The question of the map: the layers that it sets aside, its answers with what they match and how sure it is."""

from __future__ import annotations

import html
import re
from urllib.parse import quote_plus, unquote_plus

import pytest
from django.test import Client
from django.urls import reverse

from amenities.models import Equipment
from heritage.models import HeritageBuilding, RemarkableTree
from tests import factories
from tests.factories import MEUDON
from tests.people import PLANNER, PUBLIC, Person
from tests.protocols import Answer, get
from tests.world import PLAYGROUNDS, TREES, ZONES, World, protect

pytestmark = pytest.mark.django_db
BUILDINGS = "batiments-patrimoniaux"
AGAIN = re.compile(r'<a class="chip chip-others"[^>]*href="/carte/\?([^"]*)"')


def _page(query: str, person: Person = PUBLIC) -> str:
    return get(f"/carte/?{query}", person, by_basic=False).body


def _choices(menu: str) -> list[str]:
    return [
        html.unescape(each) for each in re.findall(r'class="menu-choice[^"]*" href="/carte/\?([^"]*)"', menu)
    ]


def test_the_menu_of_the_subject_sets_the_other_layers_aside(world: World) -> None:
    menu = get(f"/carte/question/sujet/?couches={TREES}&couches={ZONES}", PUBLIC).body
    asked = next(each for each in _choices(menu) if f"sujet={TREES}" in each)
    assert asked == f"couches={TREES}&sujet={TREES}&retrait={ZONES}"


def test_nothing_asked_brings_them_again(world: World) -> None:
    menu = get(f"/carte/question/sujet/?couches={TREES}&sujet={TREES}&retrait={ZONES}", PUBLIC).body
    assert _choices(menu)[-1] == f"couches={TREES}&couches={ZONES}"


def test_one_link_on_the_map_brings_the_others_again(world: World) -> None:
    body = _page(f"couches={TREES}&sujet={TREES}&retrait={ZONES}")
    assert html.unescape(AGAIN.search(body)[1]) == f"couches={TREES}&couches={ZONES}&sujet={TREES}"  # type: ignore[index]
    assert body.count("Montrer 1 autre couche</") == 2  # beside the sentence too


def test_once_they_are_there_the_same_link_sets_them_aside(world: World) -> None:
    body = _page(f"couches={TREES}&couches={ZONES}&sujet={TREES}")
    assert html.unescape(AGAIN.search(body)[1]) == f"couches={TREES}&sujet={TREES}&retrait={ZONES}"  # type: ignore[index]
    assert "Mettre en retrait 1 autre couche" in body


@pytest.mark.parametrize(
    ("relation", "words"),
    [
        (f"touching={ZONES}*", "qui recoupe une zone du PLUi"),
        (f"touching={ZONES}@0*", "qui touche une zone du PLUi"),
        (f"disjoint={ZONES}*", "hors d’une zone du PLUi"),
        (f"disjoint={ZONES}@0*", "qui ne touche pas une zone du PLUi"),
    ],
)
def test_a_sentence_of_a_line_and_a_surface_tells_a_border_from_an_overlap(
    world: World, relation: str, words: str
) -> None:
    lines = "plui-prescriptions-lin"
    body = _page(f"couches={lines}&couches={ZONES}&sujet={lines}&{lines}.{relation}")
    assert f'data-sentence="PLUi : prescriptions linéaires, {words}"' in html.unescape(body)


def test_a_sentence_typed_elsewhere_may_show_the_layers_of_the_portal(world: World) -> None:
    body = _page(f"couches={ZONES}&sujet={ZONES}", PLANNER)
    again = html.unescape(AGAIN.search(body)[1])  # type: ignore[index]
    assert set(re.findall("couches=([^&]*)", again)) == {TREES, PLAYGROUNDS, ZONES}


def test_a_map_without_a_question_sets_nothing_aside(world: World) -> None:
    assert AGAIN.search(_page(f"couches={TREES}&couches={ZONES}")) is None


def test_a_hidden_layer_that_is_set_aside_is_neither_named_nor_missing(world: World) -> None:
    body = _page(f"couches={TREES}&sujet={TREES}&retrait={PLAYGROUNDS},{ZONES}")
    assert "Aires de jeux" not in body
    assert "Montrer 1 autre couche" in body
    assert "data-missing" not in body


def test_too_many_layers_set_aside_are_refused_by_name(client: Client, world: World) -> None:
    many = ",".join(f"couche-{number}" for number in range(61))
    response = client.get(f"/carte/?couches={TREES}&sujet={TREES}&retrait={many}")
    assert response.status_code == 400
    assert "retrait" in response.content.decode()


@pytest.fixture
def near_a_building(world: World) -> str:
    """Trees near a building and in a zone, two of them placed roughly; return the query of the map."""
    HeritageBuilding.objects.create(
        denomination="Hangar Y", geom=factories.point(2.211, 48.811), precision_position=200
    )
    factories.tree("Sûr", at=(2.2112, 48.811), precision_position=None)
    factories.tree("Incertain", at=(2.2114, 48.811), precision_position=150)
    with factories.in_bulk():
        for number in range(8):
            factories.tree(f"Loin {number}", at=(2.2120, 48.811))
    return f"couches={TREES}&sujet={TREES}&{TREES}.touching={BUILDINGS}@"


def _rows(body: str) -> dict[str, str]:
    """Return the words of each answer, by its title."""
    answers = body.partition('class="answer-rows"')[2].partition("</ul>")[0].split("<li")[1:]
    texts = {}
    for answer in answers:
        (title,) = re.findall(r'results-name">(.*?)</span>', answer)
        words = re.sub(r"<[^>]+>", " ", html.unescape(answer.partition(">")[2])).replace("\xa0", " ")
        texts[html.unescape(title)] = " ".join(words.split())
    return texts


def test_the_list_has_the_matched_object_its_distance_and_how_sure_it_is(near_a_building: str) -> None:
    rows = _rows(_page(f"{near_a_building}300"))
    assert re.search(r"Incertain , à 29 m .*Hangar Y.* à 250 m près", rows["Incertain"])
    assert re.search(r"Sûr , à 15 m .*Hangar Y.* à 200 m près", rows["Sûr"])
    assert "proche de la limite" not in rows["Sûr"]


def test_all_the_answers_page_by_page_have_it_too(near_a_building: str) -> None:
    page = html.unescape(_page(f"{near_a_building}300")).replace("\xa0", " ")
    assert f"touching={quote_plus(BUILDINGS + '@300')}&matched=true#objets" in page
    link = f"{reverse('explorer:layer', args=[TREES])}?touching={BUILDINGS}@300&matched=true"
    table = (
        html.unescape(get(link, PUBLIC, by_basic=False).body).partition("<tbody>")[2].partition("</tbody>")[0]
    )
    cells = [re.sub(r"<[^>]+>", "|", row).replace("\xa0", " ") for row in table.split("<tr>")[1:]]
    rows = [[cell.strip() for cell in row.split("|") if cell.strip()] for row in cells]
    assert [row[0] for row in rows[:2]] == ["Sûr", "Incertain"]  # the nearest first
    assert rows[1][1:5] == ["Hangar Y", "29,38 m", "250 m", "Non"]


def test_the_error_of_a_position_is_written_once_in_a_row(world: World) -> None:
    HeritageBuilding.objects.create(
        denomination="Hangar Y", geom=factories.point(2.2101, 48.81), precision_position=200
    )
    rows = _rows(_page(f"couches={BUILDINGS}&sujet={BUILDINGS}&{BUILDINGS}.touching={TREES}@300"))
    assert rows["Hangar Y"].count("200 m") == 1


@pytest.mark.parametrize(("metres", "limit"), [("20", "20 m"), ("20.50", "20 m")])
def test_features_that_may_be_within_the_limit_are_counted_with_the_distance_that_holds_them(
    near_a_building: str, metres: str, limit: str
) -> None:
    page = html.unescape(_page(f"{near_a_building}{metres}")).replace("\xa0", " ")
    assert f"10 autres sont peut-être à moins de {limit}, vu l’incertitude des positions." in page
    ((link, words),) = re.findall(
        r'<a class="no-print" href="/carte/\?([^"]*)">\s*Chercher (à moins de [^<]*)</a>', page
    )
    assert words == "à moins de 140 m"
    assert re.search(r"@140(?!\d)", unquote_plus(link))
    assert len(_rows(_page(link))) == 11


def test_no_feature_may_be_within_a_limit_that_none_is_near(near_a_building: str) -> None:
    assert "peut-être à moins" not in _page(f"{near_a_building}300")


def test_an_error_that_the_visitor_does_not_read_makes_no_answer_uncertain(near_a_building: str) -> None:
    for slug in (TREES, BUILDINGS):
        protect(slug, "precision_position", PLANNER)
    assert "peut-être à moins" not in _page(f"{near_a_building}20")
    assert "peut-être à moins" in _page(f"{near_a_building}20", PLANNER)


def test_a_count_in_a_commune_says_that_neighbours_beyond_it_answer(world: World) -> None:
    query = f"couches={TREES}&couches={ZONES}&sujet={TREES}&{TREES}.touching={ZONES}"
    near = "; au-delà, les plus proches répondent aussi"
    assert near not in html.unescape(
        _page(f"{query}@100*&commune={MEUDON}")
    )  # all are listed: none is beyond
    with factories.in_bulk():
        for number in range(45):
            factories.tree(f"Arbre {number}")
    words = f"dans la question, dans la commune de Meudon\xa0{near}"
    assert words in html.unescape(_page(f"{query}@100*&commune={MEUDON}"))
    for other in (f"{query}@100*", f"{query}*&commune={MEUDON}"):
        assert near not in _page(other)


def test_an_answer_is_marked_when_the_limit_is_within_the_error(near_a_building: str) -> None:
    rows = _rows(_page(f"{near_a_building}250"))
    assert {name: "proche de la limite de 250 m" in rows[name] for name in ("Sûr", "Incertain")} == {
        "Sûr": False,
        "Incertain": True,
    }


def test_each_matched_object_has_its_own_distance(near_a_building: str) -> None:
    rows = _rows(_page(f"{near_a_building}300&{TREES}.touching={ZONES}@500"))
    assert re.search(r"Incertain , à 29 m Hangar Y UMeudon, 0 m, à 150 m près", rows["Incertain"])


def test_a_position_near_the_border_of_its_zone_is_marked(world: World) -> None:
    factories.zone("N-Bord", geom=factories.box(2.21, 48.81, 2.215, 48.815), typezone="N")
    factories.tree("Bord", at=(2.2148, 48.8125), precision_position=50)
    factories.tree("Centre", at=(2.2125, 48.8125), precision_position=50)
    question = f"couches={TREES}&sujet={TREES}&{TREES}.touching={ZONES}*&{ZONES}.typezone=N"
    rows = _rows(_page(question))
    assert "zone N-Bord, proche de sa limite" in rows["Bord"]
    assert "zone N-Bord" in rows["Centre"]
    assert "limite" not in rows["Centre"]


def test_the_map_says_how_sure_a_distance_is(near_a_building: str) -> None:
    answer = get(f"/carte/alentours/{TREES}/?{near_a_building}300", PUBLIC, by_basic=False)
    texts = [
        one["properties"]["text"]
        for one in answer.document["features"]
        if one["properties"]["kind"] == "label"
    ]
    assert "29\xa0m, à 250\xa0m près" in texts


def _answer(tree: str, question: str, person: Person = PUBLIC) -> Answer:
    pk = RemarkableTree.objects.get(nom_vernaculaire=tree).pk
    return get(f"/carte/question/reponse/{TREES}/{pk}/?{question}", person, by_basic=False)


def _text(answer: Answer) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html.unescape(answer.body)).replace("\xa0", " ").split())


def test_the_sheet_of_an_answer_says_what_it_matches_and_how_sure_it_is(near_a_building: str) -> None:
    text = _text(_answer("Incertain", f"{near_a_building}250&{TREES}.touching={ZONES}*"))
    assert text == (
        "Répond à la question Hangar Y : 29 m, à 250 m près, proche de la limite de 250 m zone UMeudon"
    )


def test_the_sheet_of_what_does_not_answer_says_nothing(near_a_building: str) -> None:
    assert _text(_answer("Incertain", f"{near_a_building}20")) == ""


def test_the_sheet_says_nothing_of_a_question_about_another_layer(near_a_building: str) -> None:
    assert _text(_answer("Incertain", f"couches={ZONES}&sujet={ZONES}&{ZONES}.touching={TREES}@300")) == ""


def test_the_sheet_of_a_hidden_layer_has_no_answer(world: World) -> None:
    pk = world.playgrounds["Jeux-Val"].pk
    address = f"/carte/question/reponse/{PLAYGROUNDS}/{pk}/?couches={TREES}&near=2.21,48.81&radius=9000"
    assert get(address, PUBLIC, by_basic=False).status == 404


@pytest.mark.parametrize(
    ("condition", "culprit"),
    [
        (f"{TREES}.fiches=absente", "absente"),
        (f"{TREES}.fiches=photos:x", f"{TREES}.fiches"),
        (f"{TREES}.premiers=absente:3", "absente"),
        (f"{TREES}.premiers=-etat_sanitaire:3", "etat_sanitaire"),
        (f"{TREES}.premiers=nom_vernaculaire", f"{TREES}.premiers"),
        (f"{TREES}.premiers=-hauteur_m:3&{TREES}.premiers=hauteur_m:2", f"{TREES}.premiers"),
    ],
)
@pytest.mark.parametrize("page", ["", "question/sujet/", "question/reponse/{layer}/1/", "telecharger/"])
def test_records_and_first_rows_that_cannot_be_read_are_refused_by_name(
    world: World, page: str, condition: str, culprit: str
) -> None:
    """On every page of the question, whether it counts the answers or not."""
    address = f"/carte/{page.format(layer=TREES)}?couches={TREES}&sujet={TREES}&{condition}"
    answer = get(address, PUBLIC, by_basic=False)
    assert answer.status == 400
    assert culprit in html.unescape(answer.body)


NEAREST = (
    f"couches={TREES}&couches={BUILDINGS}&sujet={TREES}"
    f"&{TREES}.touching={BUILDINGS}@300*&{TREES}.premiers=_distance:1"
)


@pytest.mark.parametrize("page", ["", "question/sujet/", "question/ajouter/", "question/reponse/{layer}/1/"])
def test_the_nearest_of_another_layer_may_be_asked_on_every_page_of_the_question(
    world: World, page: str
) -> None:
    assert get(f"/carte/{page.format(layer=TREES)}?{NEAREST}", PUBLIC, by_basic=False).status == 200


def test_nothing_is_nearest_once_the_other_layer_is_taken_out(near_a_building: str) -> None:
    body = _page(NEAREST)
    removals = [html.unescape(link) for link in re.findall(r'href="/carte/\?([^"]*)"', body)]
    without = [link for link in removals if "touching" not in link and f"sujet={TREES}" in link]
    assert without
    assert not [link for link in without if "premiers" in link]


def test_who_does_not_see_the_other_layer_gets_the_question_without_the_nearest(world: World) -> None:
    query = f"couches={TREES}&sujet={TREES}&{TREES}.touching={PLAYGROUNDS}@300*&{TREES}.premiers=_distance:1"
    assert "le plus proche" not in _page(query)
    assert f"{TREES}.premiers" in _page(query)  # the script takes it out of the address


def test_a_relation_counts_with_the_records_that_the_question_names(catalogue: object) -> None:
    """« à moins de 100 m d’une aire de jeux qui a un toboggan » : the slide is in the words and in the count."""
    near = f"couches={TREES}&sujet={TREES}&{TREES}.touching={PLAYGROUNDS}@100*"
    for name, kind, at in (("Glisse", "toboggan", 2.21), ("Roule", "tourniquet", 2.23)):
        Equipment.objects.create(playground=factories.playground(name, at=(at, 48.81)), type=kind)
        factories.tree(f"Près de {name}", at=(at + 0.0003, 48.81))
    records = quote_plus("equipements?type = 'toboggan'")
    body = html.unescape(_page(f"{near}&{PLAYGROUNDS}.fiches={records}"))
    assert list(_rows(body)) == ["Près de Glisse"]
    assert "toboggan" in body.partition("<title>")[2].partition("</title>")[0]
    assert "1 arbre" in body.partition("<title>")[2].partition("</title>")[0]
    other = f"{near}&{PLAYGROUNDS}.fiches={PLAYGROUNDS}/equipements"
    assert f"{PLAYGROUNDS}.fiches" in html.unescape(_page(other))


def test_the_first_rows_of_another_layer_are_not_in_the_words_of_a_relation(catalogue: object) -> None:
    query = (
        f"couches={TREES}&sujet={TREES}&{TREES}.touching={PLAYGROUNDS}@100*&{PLAYGROUNDS}.premiers=-age_min:1"
    )
    title = html.unescape(_page(query)).partition("<title>")[2].partition("</title>")[0]
    assert "aire de jeux" in title
    assert "maximum" not in title


def test_a_relation_to_one_feature_puts_that_one_alone_in_the_question(world: World) -> None:
    tree = factories.tree("Sûr")
    factories.tree("Autre")
    body = _page(f"couches={TREES}&couches={ZONES}&sujet={ZONES}&{ZONES}.touching={TREES}/{tree.pk}")
    total = RemarkableTree.objects.count()
    listed = re.search(rf'id="beside-{TREES}".*?class="badge">(\d+)<.*?<ul.*?</ul>', body, re.DOTALL)
    assert listed is not None
    assert listed[1] == "1"
    assert "Autre" not in listed[0]
    assert f">1\xa0/\xa0{total}<" in html.unescape(body)  # the legend
    assert f'data-drawn="ids={tree.pk}"' in body  # the map


def test_the_only_answer_is_named_over_the_map_which_frames_it(world: World) -> None:
    factories.tree("Zelkova unique", at=(2.2105, 48.8105))
    query = f"couches={TREES}&sujet={TREES}&{TREES}.nom_vernaculaire==Zelkova%20unique"
    summary = _page(query).partition('id="map-summary"')[2].partition("</b>")[0]
    words = re.sub(r"<[^>]+>", "", summary.rpartition("<b>")[2])
    assert words == "1 arbre\xa0: Zelkova unique"
    assert 'data-box="2.210500,48.810500,2.210500,48.810500"' in summary


@pytest.mark.parametrize("place", [f"commune={MEUDON}", "near=2.2105,48.8105&radius=300"])
def test_a_place_is_framed_before_what_answers_in_it(world: World, place: str) -> None:
    factories.tree("Zelkova unique", at=(2.2105, 48.8105))
    query = f"couches={TREES}&sujet={TREES}&{TREES}.nom_vernaculaire==Zelkova%20unique"
    assert 'data-box=""' in _page(f"{query}&{place}")


def test_the_list_follows_the_sort_of_its_table_and_says_it(world: World) -> None:
    for name, height in (("Bas", 3), ("Haut", 33), ("Moyen", 13)):
        factories.tree(name, genre="Zelkova", hauteur=height)
    query = f"couches={TREES}&sujet={TREES}&{TREES}.genre=Zelkova"
    body = _page(f"{query}&tableau={TREES}&tri=-hauteur")
    assert list(_rows(body)) == ["Haut", "Moyen", "Bas"]
    assert "triés par hauteur, ordre inverse" in body
    assert list(_rows(_page(f"{query}&tableau={ZONES}&tri=-libelle"))) == ["Bas", "Haut", "Moyen"]
    assert list(_rows(_page(f"{query}&tableau={TREES}&tri=inconnu"))) == ["Bas", "Haut", "Moyen"]


@pytest.fixture
def across_the_border(world: World) -> str:
    """A tree of Meudon whose nearest building is in Sèvres, and one with a building of Meudon; return the query."""
    HeritageBuilding.objects.create(denomination="Au-delà", geom=factories.point(2.1995, 48.8105))
    HeritageBuilding.objects.create(denomination="En deçà", geom=factories.point(2.2105, 48.8105))
    factories.tree("Au bord", at=(2.2003, 48.8105), genre="Zelkova")
    factories.tree("Au milieu", at=(2.2106, 48.8105), genre="Zelkova")
    layers = f"couches={TREES}&couches={BUILDINGS}&sujet={TREES}"
    return f"{layers}&{TREES}.genre=Zelkova&{TREES}.touching={BUILDINGS}@100*&commune={MEUDON}"


def test_what_makes_an_answer_from_beyond_the_commune_is_counted(across_the_border: str) -> None:
    body = html.unescape(_page(across_the_border)).replace("\xa0", " ")
    listed = body.partition(f'id="beside-{BUILDINGS}"')[2].partition("</summary>")[0]
    assert "dans la commune de Meudon, et 1 au-delà" in listed
    assert body.count("et 1 au-delà") == 2  # the legend too
    paper = html.unescape(get(f"/carte/imprimer/?{across_the_border}", PUBLIC, by_basic=False).body)
    assert "et 1 au-delà" in paper.partition("paper-legend")[2].partition("</section>")[0]


def test_what_makes_an_answer_from_beyond_the_commune_is_drawn_with_it(across_the_border: str) -> None:
    drawn = get(f"/carte/alentours/{TREES}/?{across_the_border}", PUBLIC, by_basic=False).document["features"]
    matched = {
        one["properties"]["text"]: one["properties"].get("isBeyond", False)
        for one in drawn
        if one["properties"]["kind"] == "matched"
    }
    assert matched == {"Au-delà": True, "En deçà": False}


def test_an_answer_that_is_kept_for_some_says_so(world: World) -> None:
    factories.station("Reserve", condition_acces="Accès réservé")
    factories.station("Libre", condition_acces="Accès libre", at=factories.SEVRES)
    slug = "bornes-de-recharge"
    rows = _rows(_page(f"couches={slug}&sujet={slug}"))
    warned = {title for title, words in rows.items() if "accès réservé" in words}
    assert any("Reserve" in title for title in warned)
    assert not any("Libre" in title for title in warned)


@pytest.mark.parametrize("subject", ["", f"&sujet={TREES}"])
def test_a_list_that_is_cut_leads_to_the_rows_that_follow(world: World, subject: str) -> None:
    with factories.in_bulk():
        for number in range(50):
            factories.tree(f"Arbre {number}")
    rest = RemarkableTree.objects.count() - 40
    body = html.unescape(_page(f"couches={TREES}{subject}")).replace("\xa0", " ")
    link = re.search(r'<a class="results-next"[^>]*data-open-table="([^"]*)"[^>]*>(.*?)</a>', body, re.DOTALL)
    assert link is not None
    assert link[1] == TREES
    assert f"Les {rest} objets suivants, dans le tableau" in " ".join(link[2].split())
    assert ".results-next" in re.search(r'data-arrows="(\.answer-rows[^"]*)"', body)[1]  # type: ignore[index]
