"""The filters of the map: counts under the other filters, nothing hidden, bad values named, a form without script."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from django.test import Client
from django.utils import timezone

from layers.models import Layer
from tests import factories
from tests.factories import BOULOGNE, MEUDON, MIDDLES
from tests.people import GARDENER
from tests.world import MATRICULE, PLAYGROUNDS, TREES, ZONES, World

FILTERS = f"/carte/filtres/{TREES}/"
CODES = "plui-prescriptions-surf"
PART = {"HX-Request": "true"}


def text(client: Client, path: str, *, part: bool = True) -> str:
    """Return the page at an address, or the part that htmx asks for."""
    response = client.get(path, headers=PART if part else {})
    assert response.status_code == 200, path
    return response.content.decode()


def count_of(html: str, value: str) -> str:
    """Return the count that stands beside an option."""
    return html.split(f'value="{value}"')[1].split('class="option-count">')[1].split("<")[0]


@pytest.fixture
def trees(catalogue: object) -> None:
    """Cedars and maples in two communes."""
    factories.tree("Un", genre="Cedrus", hauteur=10)
    factories.tree("Deux", genre="Cedrus", hauteur=30)
    factories.tree("Trois", genre="Acer", hauteur=30, at=MIDDLES[BOULOGNE])


def test_values_are_counted_under_the_other_filters(trees: None, client: Client) -> None:
    html = text(client, f"{FILTERS}?champs=genre&{TREES}.hauteur=20..&{TREES}.genre=Acer")
    assert (count_of(html, "Cedrus"), count_of(html, "Acer")) == ("1", "1")


def test_a_value_that_no_longer_answers_can_still_be_taken_away(trees: None, client: Client) -> None:
    html = text(client, f"{FILTERS}?champs=genre&commune={MEUDON}&{TREES}.genre=Acer")
    assert count_of(html, "Acer") == "0"


def test_a_histogram_says_its_lowest_and_highest_value(trees: None, client: Client) -> None:
    html = text(client, f"{FILTERS}?champs=hauteur")
    assert 'min="10" max="30"' in html


def test_a_date_offers_periods_counted_from_today(trees: None, client: Client) -> None:
    today = timezone.localdate()
    factories.tree("Vu", genre="Tilia", date_releve=today - dt.timedelta(days=5))
    html = text(client, f"{FILTERS}?champs=date_releve&{TREES}.date_releve=last-14-days")
    assert '<option value="last-14-days" selected>14 derniers jours</option>' in html
    counts = text(client, f"{FILTERS}?champs=genre&{TREES}.date_releve=last-14-days")
    assert count_of(counts, "Tilia") == "1"
    assert "Cedrus" not in counts


def test_a_period_of_a_form_without_script_takes_the_place_of_its_days(trees: None, client: Client) -> None:
    address = f"{FILTERS}?champs=date_releve&{TREES}.date_releve.periode=this-year&{TREES}.date_releve.de=2020-01-01"
    assert '<option value="this-year" selected>' in text(client, address)


def test_a_period_that_is_none_is_refused_by_name(trees: None, client: Client) -> None:
    response = client.get(f"{FILTERS}?champs=genre&{TREES}.date_releve=last-14-moons", headers=PART)
    assert response.status_code == 400
    assert "date_releve" in response.content.decode()


def test_only_the_open_fields_are_counted(trees: None, client: Client) -> None:
    html = text(client, f"{FILTERS}?champs=hauteur")
    assert "Cedrus" not in html


def test_a_field_that_is_closed_keeps_what_is_asked_of_it(trees: None, client: Client) -> None:
    html = text(client, f"{FILTERS}?champs=&{TREES}.hauteur=20..25")
    assert f'name="{TREES}.hauteur.de" value="20"' in html.replace("\n", " ").replace("  ", " ")


def test_the_form_sends_back_what_it_does_not_show(trees: None, client: Client) -> None:
    html = text(client, f"{FILTERS}?couches={TREES}&commune={MEUDON}&{ZONES}.typezone=N", part=False)
    assert f'<input type="hidden" name="commune" value="{MEUDON}">' in html
    assert f'<input type="hidden" name="{ZONES}.typezone" value="N">' in html


def test_what_the_form_sends_without_script_filters_the_map(trees: None, client: Client) -> None:
    sent = f"{TREES}.hauteur.de=20&{TREES}.hauteur.a=&{TREES}.genre=Acer"
    html = text(client, f"/carte/?couches={TREES}&{sent}", part=False)
    assert "Trois" in html
    assert "Deux" not in html


@pytest.mark.parametrize("path", [FILTERS, f"/carte/statistiques/{TREES}/", f"/carte/?couches={TREES}"])
def test_pages_do_not_tell_the_counts_that_a_layer_suppresses(trees: None, client: Client, path: str) -> None:
    Layer.objects.filter(slug=TREES).update(smallest_count=1_000)
    assert client.get(path).status_code == 200


def test_a_value_whose_count_is_suppressed_may_be_chosen(trees: None, client: Client) -> None:
    Layer.objects.filter(slug=TREES).update(smallest_count=1_000)
    html = text(client, FILTERS)
    assert 'value="Acer"' in html
    assert "option-count" not in html


def test_a_hidden_layer_has_no_filters(world: World, client: Client) -> None:
    assert client.get(f"/carte/filtres/{PLAYGROUNDS}/").status_code == 404


def test_a_hidden_layer_is_not_offered_to_be_combined(world: World, client: Client) -> None:
    assert PLAYGROUNDS not in text(client, FILTERS)


@pytest.mark.parametrize("name", ["matricule", "etat_sanitaire"])
def test_a_hidden_field_is_not_among_the_filters(world: World, client: Client, name: str) -> None:
    assert name not in text(client, FILTERS, part=False)


def test_a_reader_of_the_field_has_it_among_the_filters(world: World, client: Client) -> None:
    client.force_login(GARDENER.account())
    assert "matricule" in text(client, FILTERS, part=False)


@pytest.mark.parametrize(
    "path",
    [
        f"{FILTERS}?champs=matricule",
        f"{FILTERS}?{TREES}.matricule={MATRICULE}",
        f"{FILTERS}matricule/valeurs/?debut=MAT",
        f"/carte/?couches={TREES}&{TREES}.matricule={MATRICULE}",
        f"/carte/emprise/{TREES}/?{TREES}.matricule={MATRICULE}",
    ],
)
def test_a_hidden_field_reads_like_one_that_does_not_exist(world: World, client: Client, path: str) -> None:
    hidden, absent = (client.get(path.replace("matricule", name)) for name in ("matricule", "inexistant"))
    assert hidden.status_code == absent.status_code == 400
    assert MATRICULE not in hidden.content.decode().replace(f"={MATRICULE}", "").replace(
        f"%3D{MATRICULE}", ""
    )


def test_suggestions_contain_what_is_typed(trees: None, client: Client) -> None:
    html = text(client, f"{FILTERS}nom_vernaculaire/valeurs/?debut=TRO")
    assert "Trois" in html
    assert "Deux" not in html


def test_suggestions_answer_the_other_filters(trees: None, client: Client) -> None:
    html = text(client, f"{FILTERS}nom_vernaculaire/valeurs/?debut=&commune={MEUDON}")
    assert "Trois" not in html


@pytest.mark.parametrize(
    ("asked", "named"),
    [
        (f"{TREES}.hauteur=haut", f"{TREES}.hauteur"),
        (f"{TREES}.date_plantation=hier..", f"{TREES}.date_plantation"),
        (f"{TREES}.couleur=vert", f"{TREES}.couleur"),
        (f"{TREES}.hauteur.de=x", f"{TREES}.hauteur"),
    ],
)
@pytest.mark.parametrize("path", [FILTERS, "/carte/", f"/carte/emprise/{TREES}/"])
def test_a_value_that_cannot_be_read_names_layer_and_field(
    trees: None, client: Client, path: str, asked: str, named: str
) -> None:
    response = client.get(f"{path}?{asked}")
    assert response.status_code == 400
    assert named in response.content.decode()


def test_the_reach_is_the_box_of_what_answers(trees: None, client: Client) -> None:
    longitude, latitude = MIDDLES[BOULOGNE]
    box = client.get(f"/carte/emprise/{TREES}/?{TREES}.genre=Acer").json()["box"]
    assert box == pytest.approx([longitude, latitude, longitude, latitude])


def test_the_reach_of_nothing_is_nothing(trees: None, client: Client) -> None:
    assert client.get(f"/carte/emprise/{TREES}/?{TREES}.genre=Tilia").json() == {"box": None}


def test_the_legend_counts_what_answers(catalogue: object, client: Client) -> None:
    factories.zone("N1", typezone="N")
    factories.zone("U1", typezone="U")
    html = text(client, f"/carte/?couches={ZONES}&{ZONES}.typezone=N")
    lines = html.split(f'id="legend-{ZONES}"')[1].split("</ul>")[0]
    assert lines.count('class="legend-count">1<') == 1


def test_the_legend_of_a_code_list_tells_what_there_is_and_what_is_asked(
    catalogue: object, client: Client
) -> None:
    factories.prescription_surf("Bois", typepsc="01", stypepsc="01")
    html = text(client, f"/carte/?couches={CODES}&{CODES}.code=01-01&{CODES}.code=17-00")
    lines = html.split(f'id="legend-{CODES}"')[1].split("</ul>")[0]
    assert lines.count("<li>") == 2
    assert "Espace boisé classé à protéger ou conserver" in lines
    assert "Secteur à programme de logements mixité sociale en zone U et AU" in lines


def test_layers_are_found_by_name_without_script(trees: None, client: Client) -> None:
    html = text(client, "/carte/?couches=&cherche=ARBRES", part=False)
    assert f'data-layer="{TREES}"' in html
    assert f'data-layer="{ZONES}"' not in html


def test_the_summary_says_what_the_map_leaves_out(trees: None, client: Client) -> None:
    html = text(client, f"/carte/?couches={TREES}&{TREES}.genre=Acer")
    summary = " ".join(
        re.sub(r"<[^>]*>", " ", html.partition('id="map-summary"')[2].partition(">")[2][:400]).split()
    )
    assert summary.startswith("1 arbre : Trois sur les 3 du territoire")


@pytest.fixture
def many(catalogue: object) -> None:
    """A hundred and three genera: those that have two trees, then one that is rarer than the list is long."""
    with factories.in_bulk():
        for index in range(102):
            for _twice in range(2):
                factories.tree(f"Arbre {index}", genre=f"Genre {index:03d}")
    factories.tree("Le rare", genre="Zelkova")


def test_a_long_list_says_how_many_values_it_leaves_to_a_search(many: None, client: Client) -> None:
    html = text(client, f"{FILTERS}?champs=genre")
    assert "3 autres valeurs, plus rares" in html
    assert "Zelkova" not in html


def test_a_search_finds_a_value_beyond_the_list(many: None, client: Client) -> None:
    html = text(client, f"{FILTERS}genre/valeurs/?debut=ZELK")
    assert count_of(html, "Zelkova") == "1"
    assert "Genre 000" not in html


def test_a_search_keeps_the_values_that_are_asked(many: None, client: Client) -> None:
    html = text(client, f"{FILTERS}genre/valeurs/?debut=zelk&{TREES}.genre=Genre 007")
    assert 'value="Genre 007" checked' in html
    assert count_of(html, "Genre 007") == "2"


def test_a_rare_value_that_is_asked_is_listed_with_its_count(many: None, client: Client) -> None:
    html = text(client, f"{FILTERS}?champs=genre&{TREES}.genre=Zelkova")
    assert count_of(html, "Zelkova") == "1"
    assert "2 autres valeurs, plus rares" in html


def test_a_search_that_finds_nothing_says_so(many: None, client: Client) -> None:
    assert "Aucune valeur ne contient «\u00a0abies\u00a0»." in text(
        client, f"{FILTERS}genre/valeurs/?debut=abies"
    )


def test_without_script_the_values_are_sought_by_a_form_that_keeps_the_question(
    many: None, client: Client
) -> None:
    html = text(client, f"{FILTERS}?couches={TREES}&commune={MEUDON}&valeurs=genre&debut=zel", part=False)
    assert count_of(html, "Zelkova") == "1"
    form = html.split('id="seek-genre"')[1].split("</form>")[0]
    assert f'name="commune" value="{MEUDON}"' in form
    assert 'name="valeurs" value="genre"' in form


@pytest.mark.parametrize("asked", ["valeurs={}&debut=a", "champs={}"])
def test_values_of_a_hidden_field_are_not_sought(world: World, client: Client, asked: str) -> None:
    hidden, absent = (client.get(f"{FILTERS}?{asked.format(name)}") for name in ("matricule", "inexistant"))
    assert hidden.status_code == absent.status_code == 400


def test_dates_are_told_by_the_calendar_in_french(catalogue: object, client: Client) -> None:
    with factories.in_bulk():
        for month in (1, 3):
            factories.tree(date_releve=dt.date(2024, month, 15))
    html = text(client, f"{FILTERS}?champs=date_releve")
    assert re.findall(r"<title>([^<]+)</title>", html) == [
        "janvier 2024\u00a0: 1",
        "février 2024\u00a0: 0",
        "mars 2024\u00a0: 1",
    ]
    assert "Du 15 janvier 2024 au 15 mars 2024, un trait par mois" in html


def test_the_page_of_filters_has_its_buttons_with_and_without_script(many: None, client: Client) -> None:
    page = re.sub(r"\s+", " ", text(client, f"{FILTERS}?champs=genre", part=False))
    assert '<p><button class="btn primary" type="submit">Appliquer les filtres' in page
    assert '<button class="btn" type="submit" form="seek-genre">' in page
    assert "data-combine-add" not in page  # that button is the script's, and this page has none


def test_the_ends_of_a_range_are_written_in_french(catalogue: object, client: Client) -> None:
    factories.tree(hauteur=17.5)
    factories.tree(hauteur=40.0)
    html = text(client, f"{FILTERS}?champs=hauteur")
    assert re.findall(r'placeholder="(\d[^"]*)"', html) == ["17,5", "40"]


def test_a_condition_that_no_form_writes_narrows_the_counts(trees: None, client: Client) -> None:
    html = text(client, f"{FILTERS}?champs=genre&{TREES}.filter=hauteur%20%3C%2020")
    assert count_of(html, "Cedrus") == "1"


def test_a_condition_on_a_protected_field_is_refused_like_an_unknown_one(
    world: World, client: Client
) -> None:
    refused = {
        name: client.get(f"/carte/?couches={TREES}&{TREES}.filter={name}%20IS%20NULL")
        for name in ("matricule", "inconnu")
    }
    assert {
        name: (answer.status_code, f"pas de propriété «\u00a0{name}\u00a0»" in answer.content.decode())
        for name, answer in refused.items()
    } == {"matricule": (400, True), "inconnu": (400, True)}
