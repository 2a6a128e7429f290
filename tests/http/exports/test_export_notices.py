"""The notice beside a file that has no place for it: the same question, the same rights, what a reuser must know."""

from __future__ import annotations

import datetime as dt
import html
import re
from urllib.parse import urlencode

import pytest
from django.test import Client
from django.utils import timezone

from export_formats.registry import FORMATS
from exports.models import ExportJob
from heritage.models import RemarkableTree
from layers.models import DataVersion, Grant, Layer
from layers.vocabulary import LICENCE_URLS, JobState, Licence
from tests.factories import MEUDON
from tests.people import GARDENER, OUTSIDER, PLANNER, PUBLIC, TOWN_AGENT, Person
from tests.protocols import ask, get
from tests.world import PLAYGROUNDS, TREES, World

NOTICE = f"/export/{TREES}.notice.txt"
INTERNAL = f"/export/{PLAYGROUNDS}.notice.txt"
SPACE = "\N{NO-BREAK SPACE}"


def told(text: str) -> dict[str, str]:
    """Return what a notice says, by title."""
    lines = (line.partition(f"{SPACE}: ") for line in text.splitlines())
    return {title.strip(): words for title, colon, words in lines if colon}


def beside(path: str) -> str:
    """Return the address of the notice that a file's headers give."""
    links = get(path).headers["Link"].split(", ")
    (found,) = (link for link in links if 'rel="describedby"' in link)
    return found.split(">")[0].lstrip("<").removeprefix("http://localhost")


def test_the_notice_says_what_a_reuser_must_know(world: World) -> None:
    Layer.objects.filter(slug=TREES).update(source="Relevé de terrain")
    notice = told(get(NOTICE).body)
    assert {
        name: notice.get(name, "")
        for name in ("Couche", "Source", "Licence", "Nombre de lignes", "Page de la couche")
    } == {
        "Couche": "Arbres remarquables",
        "Source": "Relevé de terrain",
        "Licence": "Licence Ouverte 2.0",
        "Nombre de lignes": "2",
        "Page de la couche": f"http://localhost/catalogue/{TREES}/",
    }


def test_the_notice_says_when_the_data_changed_even_by_a_deletion(world: World) -> None:
    before = told(get(NOTICE).body)
    RemarkableTree.objects.filter(nom_vernaculaire="Cedre-Meudon").delete()
    after = told(get(NOTICE).body)
    name = "Dernière modification des données"
    assert (after["Nombre de lignes"], after[name] >= before[name]) == ("1", True)


def test_the_notice_describes_the_columns(world: World) -> None:
    assert told(get(NOTICE).body)["hauteur"].startswith("hauteur ; nombre ; m")


@pytest.mark.parametrize(
    "question",
    [{"commune": MEUDON}, {"filter": "nom_vernaculaire LIKE 'C%'", "properties": "genre"}, {"q": "cedre"}],
    ids=lambda question: urlencode(question)[:30],
)
def test_the_headers_of_a_file_lead_to_the_notice_of_its_question(
    world: World, question: dict[str, str]
) -> None:
    path = f"/export/{TREES}.csv?{urlencode(question)}"
    notice = get(beside(path))
    assert told(notice.body)["Nombre de lignes"] == get(path).headers["OGC-NumberReturned"] == "1"


def test_the_notice_tells_the_question(world: World) -> None:
    assert told(ask(NOTICE, {"commune": MEUDON}).body)["Sélection demandée"] == f"commune={MEUDON}"


def test_the_notice_of_a_file_asked_without_waiting_is_found(world: World) -> None:
    assert get(beside(f"/export/{TREES}.csv?preparer=0")).status == 200


@pytest.mark.parametrize("extension", FORMATS)
def test_every_file_leads_to_its_notice(world: World, extension: str) -> None:
    assert beside(f"/export/{TREES}.{extension}") == NOTICE


def test_a_question_too_long_for_a_header_leaves_the_licence(world: World) -> None:
    long = "nom_vernaculaire = '" + "x" * 9_000 + "'"
    links = ask(f"/export/{TREES}.csv", {"filter": long}).headers["Link"]
    assert 'rel="license"' in links
    assert "describedby" not in links


def test_a_protected_field_is_in_no_notice(world: World) -> None:
    assert get(NOTICE, PUBLIC).shows(["matricule", "etat_sanitaire"]) == frozenset()


def test_its_readers_find_it_described(world: World) -> None:
    assert get(NOTICE, GARDENER).shows(["matricule"]) == {"matricule"}


def test_the_rows_are_those_of_the_reader(world: World) -> None:
    counts = {
        str(person): told(get(INTERNAL, person).body)["Nombre de lignes"] for person in (PLANNER, TOWN_AGENT)
    }
    assert counts == {str(PLANNER): "3", str(TOWN_AGENT): "2"}


@pytest.mark.parametrize(("person", "status"), [(PUBLIC, 401), (OUTSIDER, 404)], ids=str)
def test_the_notice_of_a_hidden_layer_is_absent(world: World, person: Person, status: int) -> None:
    assert get(INTERNAL, person).status == status


def test_who_may_not_download_gets_no_notice(world: World) -> None:
    Grant.objects.filter(group__name=PLANNER.groups[0]).update(can_download=False)
    assert get(INTERNAL, PLANNER).status == 403


@pytest.mark.parametrize("name", ["limit", "cursor", "preparer", "couleur"])
def test_what_a_notice_does_not_read_is_named(world: World, name: str) -> None:
    answer = ask(NOTICE, {name: "1"})
    assert (answer.status, answer.document["parameter"]) == (400, name)


def test_who_has_the_notice_is_told_so(world: World) -> None:
    etag = get(NOTICE).headers["ETag"]
    assert get(NOTICE, **{"if-none-match": etag}).status == 304


def test_the_notice_is_kept_under_the_name_of_the_file(world: World) -> None:
    names = [
        get(path).headers["Content-Disposition"].split('"')[1].partition(".")[0]
        for path in (NOTICE, f"/export/{TREES}.csv")
    ]
    assert names[0] == names[1]


def test_a_notice_is_read_only(world: World) -> None:
    assert Client(headers={"host": "localhost"}).post(NOTICE).status_code == 405


def test_a_collection_says_where_its_data_comes_from_and_of_when(world: World) -> None:
    Layer.objects.filter(slug=TREES).update(source="Relevé de terrain")
    DataVersion.objects.update(changed_at=dt.datetime(2026, 3, 1, 23, 30, tzinfo=dt.UTC))
    document = get(f"/api/collections/{TREES}").document
    assert [document[name] for name in ("attribution", "license", "updated")] == [
        "Arbres remarquables – Relevé de terrain – Licence Ouverte 2.0 – 2026-03-02",
        LICENCE_URLS[Licence.ETALAB_2],
        "2026-03-01T23:30:00Z",
    ]


def notice_link(text: str) -> str:
    """Return the address of the notice that a page offers."""
    found = re.findall(rf'(?:href|formaction)="(/export/{TREES}\.notice\.txt[^"]*)"', text)
    return html.unescape(found[0]) if found else ""


def test_the_page_of_a_layer_offers_its_notice(world: World, client: Client) -> None:
    assert notice_link(client.get(f"/catalogue/{TREES}/").content.decode()) == NOTICE


def test_the_page_of_the_files_of_the_map_offers_the_notice_of_its_question(
    world: World, client: Client
) -> None:
    text = client.get(f"/carte/telecharger/?couches={TREES}&commune={MEUDON}").content.decode()
    assert told(get(notice_link(text)).body)["Nombre de lignes"] == "1"


def test_the_menu_of_the_table_offers_the_notice(world: World, client: Client) -> None:
    text = client.get(f"/carte/tableau/{TREES}/menus/?couches={TREES}").content.decode()
    assert notice_link(text) == NOTICE


def test_the_page_of_a_prepared_file_without_notice_offers_it(world: World) -> None:
    browser = Client(headers={"host": "localhost", "accept": "text/html"})
    place = browser.get(f"/export/{TREES}.csv?preparer=1&commune={MEUDON}").headers["Location"]
    ExportJob.objects.update(state=JobState.READY, finished_at=timezone.now())
    text = browser.get(place).content.decode()
    assert told(get(notice_link(text)).body)["Nombre de lignes"] == "1"


def test_who_may_not_download_is_offered_no_notice(world: World, client: Client) -> None:
    Grant.objects.filter(group__name=PLANNER.groups[0]).update(can_download=False)
    client.force_login(PLANNER.account(), backend="django.contrib.auth.backends.ModelBackend")
    assert "notice.txt" not in client.get(f"/catalogue/{PLAYGROUNDS}/").content.decode()
