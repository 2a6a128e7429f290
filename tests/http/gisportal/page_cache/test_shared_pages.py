"""Pages that many read alike: the words, tokens and messages of one person are on their own answers alone."""

from __future__ import annotations

import gzip
import re
from unittest.mock import patch

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.utils.html import escape
from pytest_django import Settings
from pytest_django.fixtures import DjangoAssertNumQueries

from explorer.catalogue.views import CatalogueView
from explorer.models import SavedView
from explorer.sketch import feature_picture
from gisportal.accounts.models import User
from layers.cache import clear_caches
from layers.errors import TooSlow
from tests.people import PLANNER, PUBLIC, Person
from tests.world import TREES, World

_TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="(\w+)"')
PAGES = [
    "/",
    "/catalogue/",
    f"/catalogue/{TREES}/",
    "/tableaux-de-bord/",
    "/accessibilite/",
    "SHEET",
    "/carte/",
]
COLLEAGUES = (
    Person("camille.durand", groups=("Urbanisme",)),
    Person("dominique.martin", groups=("Urbanisme",)),
)


def client_of(person: Person, **headers: str) -> Client:
    client = Client(headers={"host": "localhost", **headers})
    if not person.is_anonymous:
        client.force_login(person.account(), backend="django.contrib.auth.backends.ModelBackend")
    return client


def at(world: World, address: str) -> str:
    return address.replace("SHEET", f"/catalogue/{TREES}/{world.trees['Cedre-Meudon'].pk}/")


def without_token(page: str) -> str:
    return _TOKEN.sub("", page)


@pytest.fixture
def colleagues(world: World) -> tuple[Client, Client]:
    """Two persons of one service."""
    for person, first_name in zip(COLLEAGUES, ("Camille", "Dominique"), strict=True):
        User.objects.filter(pk=person.account().pk).update(first_name=first_name)
    first, second = map(client_of, COLLEAGUES)
    return first, second


@pytest.mark.parametrize("address", PAGES)
def test_a_page_is_the_same_from_the_cache(world: World, settings: Settings, address: str) -> None:
    pages = [client_of(PUBLIC).get(at(world, address)).content for _time in range(2)]
    settings.PAGE_MEMORY_MAX_BYTES = 0
    assert pages == [client_of(PUBLIC).get(at(world, address)).content] * 2


@pytest.mark.parametrize("address", PAGES)
def test_a_page_of_the_public_is_read_by_one_statement(
    world: World, django_assert_num_queries: DjangoAssertNumQueries, address: str
) -> None:
    client_of(PUBLIC).get(at(world, address))
    with django_assert_num_queries(1):
        client_of(PUBLIC).get(at(world, address))


@pytest.mark.parametrize("address", PAGES)
def test_a_page_of_the_public_has_neither_token_nor_cookie(world: World, address: str) -> None:
    answer = client_of(PUBLIC).get(at(world, address))
    assert _TOKEN.findall(answer.content.decode()) == []
    assert not answer.cookies


@pytest.mark.parametrize("address", PAGES)
def test_a_colleague_reads_the_page_with_their_own_name_and_token(
    world: World, colleagues: tuple[Client, Client], settings: Settings, address: str
) -> None:
    first, second = (client.get(at(world, address)).content.decode() for client in colleagues)
    again = colleagues[0].get(at(world, address)).content.decode()
    settings.PAGE_MEMORY_MAX_BYTES = 0
    plain = [client.get(at(world, address)).content.decode() for client in colleagues]
    assert [without_token(first), without_token(again), without_token(second)] == [
        *map(without_token, (plain[0], plain[0], plain[1]))
    ]
    assert ("Dominique" in first, "Camille" in second) == (False, False)
    assert not set(_TOKEN.findall(first)) & set(_TOKEN.findall(second))


def test_a_colleague_reads_a_page_by_few_statements(
    world: World, colleagues: tuple[Client, Client], django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for client in colleagues:
        client.get("/catalogue/")
    with django_assert_num_queries(2):  # the session with the account and its groups, the numbers of the page
        colleagues[1].get("/catalogue/")


def test_the_map_that_colleagues_share_has_the_views_of_who_reads_it(
    world: World, colleagues: tuple[Client, Client]
) -> None:
    colleagues[1].get("/carte/")
    SavedView.objects.create(owner=COLLEAGUES[0].account(), title="Mes arbres", address=f"couches={TREES}")
    pages = [client.get("/carte/").content.decode() for client in colleagues]
    assert ["Mes arbres" in page for page in pages] == [True, False]


def test_a_view_that_got_another_name_is_on_the_map_at_once(
    world: World, colleagues: tuple[Client, Client]
) -> None:
    owner, client = COLLEAGUES[0].account(), colleagues[0]
    SavedView.objects.create(owner=owner, title="Mes arbres", address=f"couches={TREES}")
    tag = client.get("/carte/").headers["ETag"]
    SavedView.objects.filter(owner=owner).update(title="Cèdres")
    answer = client.get("/carte/", headers={"if-none-match": tag})
    assert (answer.status_code, "Cèdres" in answer.content.decode()) == (200, True)


def test_the_token_of_a_cached_page_signs_out(world: World, colleagues: tuple[Client, Client]) -> None:
    colleagues[0].get("/")
    client = Client(enforce_csrf_checks=True, headers={"host": "localhost"})
    client.force_login(COLLEAGUES[1].account(), backend="django.contrib.auth.backends.ModelBackend")
    token = _TOKEN.findall(client.get("/").content.decode())[0]
    client.post("/compte/deconnexion/", {"csrfmiddlewaretoken": token})
    assert "Se connecter" in client.get("/").content.decode()


def test_a_message_is_read_once_by_who_it_is_for(world: World, colleagues: tuple[Client, Client]) -> None:
    first, second = colleagues
    second.get("/catalogue/")
    first.post("/carte/vues/", {"title": "Mes arbres", "address": f"couches={TREES}"})
    texts = [client.get("/catalogue/").content.decode() for client in (first, second, first)]
    assert ["Vue enregistrée." in text for text in texts] == [True, False, False]


def test_a_permission_of_one_colleague_is_not_on_the_page_of_the_other(
    world: World, colleagues: tuple[Client, Client]
) -> None:
    COLLEAGUES[0].account().user_permissions.add(Permission.objects.get(codename="add_dashboard"))
    pages = [client.get("/tableaux-de-bord/").content.decode() for client in colleagues]
    assert ["/tableaux-de-bord/nouveau/" in page for page in pages] == [True, False]


@pytest.mark.parametrize("person", [PUBLIC, PLANNER], ids=str)
def test_a_page_that_the_reader_has_is_not_sent_again(
    world: World, person: Person, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    client = client_of(person)
    client.get("/catalogue/")
    tag = client.get("/catalogue/").headers["ETag"]
    with django_assert_max_num_queries(2):
        answer = client.get("/catalogue/", headers={"if-none-match": tag})
    assert (answer.status_code, answer.content) == (304, b"")


def test_the_tag_of_a_page_is_of_one_person(world: World, colleagues: tuple[Client, Client]) -> None:
    first, second = colleagues
    first.get("/")
    tag = first.get("/").headers["ETag"]
    second.get("/")
    assert second.get("/", headers={"if-none-match": tag}).status_code == 200


def test_a_new_name_is_read_at_once(world: World, colleagues: tuple[Client, Client]) -> None:
    client = colleagues[0]
    client.get("/")
    tag = client.get("/").headers["ETag"]
    User.objects.filter(pk=COLLEAGUES[0].account().pk).update(first_name="Claude")
    answer = client.get("/", headers={"if-none-match": tag})
    assert (answer.status_code, "Claude" in answer.content.decode()) == (200, True)


@pytest.mark.parametrize("encoding", ["gzip", "gzip, deflate, br, zstd", "*"])
@pytest.mark.parametrize("person", [PUBLIC, PLANNER], ids=str)
def test_a_compressed_page_holds_the_same(world: World, person: Person, encoding: str) -> None:
    client = client_of(person)
    client.get("/catalogue/")
    plain = client.get("/catalogue/").content.decode()
    answer = client.get("/catalogue/", headers={"accept-encoding": encoding})
    assert answer.headers["Content-Encoding"] == "gzip"
    assert without_token(gzip.decompress(answer.content).decode()) == without_token(plain)


def test_a_page_says_on_what_it_depends(world: World) -> None:
    answer = client_of(PUBLIC).get("/catalogue/")
    assert {"Cookie", "HX-Request"} <= {name.strip() for name in answer.headers["Vary"].split(",")}
    assert answer.headers["Cache-Control"] == "no-cache"


def test_what_somebody_typed_cannot_look_like_the_place_of_a_token(world: World) -> None:
    words = "<!--0123456789abcdef0123456789abcdef token-->"
    page = client_of(PLANNER).get("/catalogue/", {"q": words}).content.decode()
    assert escape(words) in page


@pytest.mark.parametrize(
    ("address", "status"), [("/catalogue/nulle-part/", 404), ("/catalogue/?couleur=bleu", 400)]
)
def test_a_refusal_is_not_cached(world: World, address: str, status: int) -> None:
    answers = [client_of(PUBLIC).get(address) for _time in range(2)]
    assert [(answer.status_code, "ETag" in answer.headers) for answer in answers] == [(status, False)] * 2


def test_processes_share_the_pages_in_the_cache_of_tiles(world: World, settings: Settings) -> None:
    settings.CACHES = {**settings.CACHES, "tiles": {"BACKEND": "tiles.sql.TileTable"}}
    page = client_of(PUBLIC).get("/catalogue/").content
    clear_caches()  # another process has none of these
    with patch.object(CatalogueView, "get", side_effect=AssertionError):
        assert client_of(PUBLIC).get("/catalogue/").content == page


def test_a_page_that_lacks_a_part_is_made_again(world: World) -> None:
    sheet = at(world, "SHEET")
    with patch.object(feature_picture, "outlines", side_effect=TooSlow("")):
        partial = client_of(PUBLIC).get(sheet)
    assert "ETag" not in partial.headers
