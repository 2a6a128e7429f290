"""The search by its index: it forgives, ranks, tells apart, and holds nothing that a visitor does not see."""

from __future__ import annotations

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from datasets.publication.services import restore
from explorer.search import queries as search_queries
from heritage.models import RemarkableTree
from layers.models import Layer, ProtectedField
from layers.services.search_index import refresh_search
from layers.visitor import system_visitor
from tests import deliveries, factories
from tests.dashboards import dashboard
from tests.factories import BOULOGNE, MEUDON
from tests.people import EVERYBODY, GARDENER, OUTSIDER, PLANNER, PUBLIC, TOWN_AGENT, Person
from tests.search_index import index, names, results
from tests.world import ALL_PLAYGROUNDS, IN_MEUDON, MATRICULE, PLAYGROUNDS, TREES, World, grant

SEEN = {PLANNER: ALL_PLAYGROUNDS, GARDENER: ALL_PLAYGROUNDS, TOWN_AGENT: IN_MEUDON}


@pytest.fixture
def indexed(world: World, monkeypatch: pytest.MonkeyPatch) -> World:
    """The world, indexed: no layer is asked directly, unless a test says so."""
    index()
    return world


@pytest.fixture
def alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fail where a layer is asked directly."""

    def asked(*_given: object) -> object:
        raise AssertionError("a layer was asked directly")

    monkeypatch.setattr(search_queries, "_hits", asked)


@pytest.mark.usefixtures("alone")
def test_each_person_finds_by_the_index_the_features_they_may_see(
    indexed: World, subtests: pytest.Subtests
) -> None:
    for person in EVERYBODY:
        with subtests.test(str(person)):
            expected = ALL_PLAYGROUNDS if person.is_administrator else SEEN.get(person, frozenset())
            found = results("jeux", person)
            assert {name for name in names("jeux", person) if name in ALL_PLAYGROUNDS} == expected
            assert sum(
                group.matched or 0 for group in found.features if group.scope.slug == PLAYGROUNDS
            ) == len(expected)


@pytest.mark.usefixtures("alone")
def test_words_are_forgiven(indexed: World, subtests: pytest.Subtests) -> None:
    factories.tree("Érable à sucre", adresse="Terrasses de l’Observatoire")
    for text in ("erable", "erables", "érable de sucre", "sucr erab", "erabel", "observatiore", "terasses"):
        with subtests.test(text):
            assert "Érable à sucre" in names(text)
    with subtests.test("the name of the commune stands for its code"):
        assert names("erable meudon") == ["Érable à sucre"]
        assert names("erable sevres") == []
    with subtests.test("the kind of a street may be shortened"):
        factories.tree("Charme", adresse="Boulevard de la République")
        assert "Charme" in names("bd de la république")
    with subtests.test("what was looked for instead is told"):
        assert results("erabel sucre").corrected == "erable sucre"
        assert results("erable").corrected == ""
    with subtests.test("a commune and a layer too"):
        assert [town.name for town in results("meudno").towns] == ["Meudon"]
        assert [scope.slug for scope in results("arbres remarcables").layers] == [TREES]


@pytest.mark.usefixtures("alone")
def test_the_best_answer_comes_first(indexed: World) -> None:
    with factories.in_bulk():
        for title in ("Grand tilleul", "Tilleul argenté", "Tilleul", "Orme"):
            factories.tree(title, adresse="Allée du Tilleul")
    assert names("tilleul") == ["Tilleul", "Tilleul argenté", "Grand tilleul", "Orme"]
    assert results("tilleul").features[0].hits[3].why == "Adresse : Allée du Tilleul"
    assert results("tilleul").kinds[0] == "features"
    assert results("arbres remarquables").kinds[0] == "layers"


@pytest.mark.usefixtures("alone")
def test_a_field_that_only_repeats_the_commune_is_not_the_reason(indexed: World) -> None:
    factories.tree("Ginkgo", adresse="MEUDON")
    factories.tree("Zelkova", adresse="Place de Meudon")
    assert results("ginkgo meudon").features[0].hits[0].details == ["Meudon"]
    assert results("zelkova meudon").features[0].hits[0].why == "Adresse : Place de Meudon"


@pytest.mark.usefixtures("alone")
def test_no_two_lines_are_alike(indexed: World) -> None:
    with factories.in_bulk():
        for address in ("1 rue Haute", "2 rue Haute", "", ""):
            factories.tree("Ginkgo", adresse=address)
    factories.tree("Ginkgo", at=BOULOGNE)
    (group,) = results("ginkgo").features
    lines = [(hit.title, *hit.details) for hit in group.hits]
    assert len(set(lines)) == len(lines) == 5
    assert ("Ginkgo, Meudon", "1 rue Haute") in lines


@pytest.mark.usefixtures("alone")
@pytest.mark.parametrize("person", [PUBLIC, OUTSIDER, TOWN_AGENT], ids=str)
def test_no_correction_tells_a_hidden_word(indexed: World, person: Person) -> None:
    factories.playground("Xylophage", at=BOULOGNE)
    found = results("xylophahe", person)
    assert found.corrected == ""
    assert found.count == 0
    assert results("xylophahe", PLANNER).corrected == "xylophage"


@pytest.mark.usefixtures("alone")
def test_a_protected_field_finds_for_its_readers_alone(indexed: World) -> None:
    asked = f"cedre {MATRICULE}"
    assert names(asked, GARDENER) == ["Cedre-Meudon"]
    assert names(asked, PLANNER) == []
    assert results("matriculle secret", PLANNER).corrected == ""


def test_a_field_that_becomes_protected_finds_no_more_at_once(indexed: World) -> None:
    factories.tree("Orme", adresse="Cour fermée")
    assert names("cour fermee") == ["Orme"]
    ProtectedField.objects.create(layer=Layer.objects.get(slug=TREES), name="adresse")
    assert names("cour fermee") == []
    index()
    assert names("cour fermee") == []


def test_a_layer_that_closes_is_found_no_more_at_once(indexed: World) -> None:
    Layer.objects.filter(slug=TREES).update(visibility="internal")
    assert names("cedre") == []
    assert results("cedr").corrected == ""
    grant(OUTSIDER, TREES)
    assert names("cedre", OUTSIDER) == ["Cedre-Meudon"]


@pytest.mark.usefixtures("alone")
def test_the_portal_of_a_commune_finds_its_own(indexed: World) -> None:
    assert "Platane-Boulogne" in names("platane", portal=BOULOGNE)
    assert names("platane", portal=MEUDON) == []
    assert set(names("frontiere", portal=MEUDON)) == {"UFrontiere"}


def test_a_version_that_is_published_replaces_what_was_found(world: World) -> None:
    benches = deliveries.dataset()
    first = deliveries.published(benches, deliveries.bench("B1", "Mobilier ancien"))
    index()
    deliveries.published(benches, deliveries.bench("B1", "Mobilier neuf"))
    assert names("mobilier") == ["Mobilier neuf"]
    assert index() == ["bancs"]
    assert names("mobilier") == ["Mobilier neuf"]
    first.refresh_from_db()
    restore(delivery=first, visitor=system_visitor())
    assert names("mobilier") == ["Mobilier ancien"]


def test_dashboards_are_found_by_who_reads_them(indexed: World) -> None:
    dashboard("velos-ouverts", is_public=True)
    dashboard("velos-reserves", groups=PLANNER.groups)
    assert [page.title for page in results("velos").pages] == ["velos-ouverts"]
    assert [page.title for page in results("velos", PLANNER).pages] == ["velos-ouverts", "velos-reserves"]


def test_what_is_beyond_the_bound_is_told(indexed: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("explorer.search.features.BOUND", 2)
    found = results("e")
    assert not found.is_bounded
    assert results("jeux", PLANNER).is_bounded
    assert all(group.is_least for group in results("jeux", PLANNER).features)


def test_a_layer_of_which_some_rows_are_seen_is_asked_directly_beyond_the_bound(
    indexed: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("explorer.search.features.BOUND", 2)
    assert set(names("jeux", TOWN_AGENT)) == IN_MEUDON


@pytest.mark.usefixtures("alone")
def test_hidden_rows_change_neither_the_order_nor_a_correction(indexed: World) -> None:
    factories.tree("Xylophage vert")
    factories.playground("Aire du xylophage", at=MEUDON)

    def answers() -> list[object]:
        found = [results(text, TOWN_AGENT) for text in ("xylophage", "xylophabe")]
        return [(each.corrected, [group.scope.slug for group in each.features]) for each in found]

    before = answers()
    with factories.in_bulk():
        for name in ("Xylophage", "Xylophabe"):
            factories.playground(name, at=BOULOGNE)
    assert before == answers() == [("", [TREES, PLAYGROUNDS]), ("xylophage", [TREES, PLAYGROUNDS])]


@pytest.mark.usefixtures("alone")
def test_plain_sql_is_followed(indexed: World) -> None:
    tree = factories.tree("Orme")
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE heritage_remarkabletree SET nom_vernaculaire = 'Aulne' WHERE id = %s", [tree.pk]
        )
        assert names("orme") == []
        assert names("aulne") == ["Aulne"]
        cursor.execute("DELETE FROM heritage_remarkabletree WHERE id = %s", [tree.pk])
    assert names("aulne") == []


def test_a_long_write_is_asked_directly_until_it_is_indexed(indexed: World) -> None:
    place = indexed.trees["Cedre-Meudon"].geom
    trees = [RemarkableTree(nom_vernaculaire=f"Charme {i}", geom=place) for i in range(1_200)]
    RemarkableTree.objects.bulk_create(trees)
    assert names("charme 1199") == ["Charme 1199"]
    assert index() == [TREES]
    assert names("charme 1199") == ["Charme 1199"]


@pytest.mark.usefixtures("alone")
def test_what_a_stopped_worker_had_begun_is_forgotten(indexed: World) -> None:
    parts = "SELECT count(*) FROM layers_searchindex"
    with connection.cursor() as cursor:
        cursor.execute(parts)
        before = cursor.fetchone()
        cursor.execute(
            "INSERT INTO layers_searchindex (layer_id, part, signature, owner, name, key_column, commune_column,"
            " title_column, columns, is_open, is_located) SELECT layer_id, part, signature, owner, name, key_column,"
            " commune_column, title_column, columns, is_open, is_located FROM layers_searchindex"
        )
        index()
        cursor.execute(parts)
        assert cursor.fetchone() == before
    assert names("cedre") == ["Cedre-Meudon"]


# Whoever writes, and however: what was remembered of the catalogue is read again.
TAKEN_BACK = {
    "the grant": "DELETE FROM layers_grant WHERE layer_id = %(layer)s",
    "its rows": "UPDATE layers_grant SET rows = %(elsewhere)s WHERE layer_id = %(layer)s",
    "its end": "UPDATE layers_grant SET valid_from = NULL, valid_until = now() WHERE layer_id = %(layer)s",
    "the state of the layer": "UPDATE layers_layer SET state = 'draft' WHERE id = %(layer)s",
}


@pytest.mark.usefixtures("alone")
def test_what_is_taken_back_is_found_and_counted_no_more(indexed: World, subtests: pytest.Subtests) -> None:
    asked = {"layer": Layer.objects.get(slug=PLAYGROUNDS).pk, "elsewhere": f"commune = '{BOULOGNE}'"}
    for what, statement in TAKEN_BACK.items():
        with subtests.test(what), transaction.atomic():
            assert set(names("jeux", TOWN_AGENT)) >= IN_MEUDON
            with connection.cursor() as cursor:
                cursor.execute(statement, asked)
            found = results("jeux", TOWN_AGENT)
            listed = {hit.title for group in found.features for hit in group.hits}
            assert IN_MEUDON.isdisjoint(listed)
            assert found.features_matched == len(listed)
            transaction.set_rollback(True)


@pytest.mark.usefixtures("alone")
def test_who_reads_a_field_no_more_finds_no_word_of_it(indexed: World) -> None:
    asked = f"cedre {MATRICULE}"
    assert names(asked, GARDENER) == ["Cedre-Meudon"]
    assert results("matriculle", GARDENER).corrected == "matricule"
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM layers_protectedfield_groups")
    assert names(asked, GARDENER) == []
    assert results("matriculle", GARDENER).corrected == ""


@pytest.mark.usefixtures("alone")
def test_a_search_reads_the_catalogue_once_as_long_as_nobody_writes(indexed: World) -> None:
    names("cedre")
    with CaptureQueriesContext(connection) as asked:
        assert names("cedre") == ["Cedre-Meudon"]
    assert not [each for each in asked if "is_fresh" in each["sql"]]
    factories.tree("Orme")
    with CaptureQueriesContext(connection) as after:
        assert names("orme") == ["Orme"]
    assert len(after) == len(asked) <= 10


def test_words_of_a_text_are_all_asked_in_one_statement(indexed: World) -> None:
    names("zwx")
    with CaptureQueriesContext(connection) as few:
        assert names("zwxqa brfka") == []
    with CaptureQueriesContext(connection) as many:
        assert names("zwxqa brfka wqxzb kfrba zxzxz") == []
    assert len(few) == len(many)


def test_a_word_is_a_correction_from_when_it_is_written_until_it_is_gone(indexed: World) -> None:
    tree = factories.tree("Liquidambar")
    assert results("liquidanbar").corrected == "liquidambar"
    tree.delete()
    assert results("liquidanbar").corrected == ""
    refresh_search(rebuilds=True)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM layers_searchterm WHERE word = 'liquidambar'")
        assert cursor.fetchone() == (0,)
