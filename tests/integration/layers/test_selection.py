"""Selections: what is asked joined with what may be seen, counted and listed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from django.contrib.gis.geos import MultiPolygon
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from heritage.catalogue import TREES
from heritage.models import RemarkableTree
from layers import access, queries
from layers.errors import TooSlow, UnknownCommune, UnknownFeature, UnknownProperty
from layers.models import Commune
from layers.parsing import FeatureQuery, SortKey, parse_query
from layers.sql.limits import binary_row, one_read, time_limit
from layers.visitor import Visitor
from plui.catalogue import ZONES
from tests import factories
from tests.factories import BOULOGNE, MEUDON, SEVRES, box


@pytest.fixture
def scope(catalogue: dict[str, Commune]) -> access.Scope:
    """Trees, as anybody sees them."""
    return access.scope(Visitor(instant=timezone.now()), TREES.slug)


def count(scope: access.Scope, **parameters: str) -> int:
    asked = {name.replace("_", "-"): [text] for name, text in parameters.items()}
    return queries.select(scope, parse_query(asked)).count()


def test_nothing_asked_is_every_row(scope: access.Scope) -> None:
    factories.tree()
    assert count(scope) == 1


@pytest.mark.parametrize("name", ["properties", "sort"])
def test_an_unknown_name_is_refused_before_any_row_is_read(scope: access.Scope, name: str) -> None:
    asked = (
        FeatureQuery(properties=("rien",)) if name == "properties" else FeatureQuery(sort=(SortKey("rien"),))
    )
    with pytest.raises(UnknownProperty) as caught:
        queries.select(scope, asked)
    assert caught.value.parameter == {"properties": "properties", "sort": "sortby"}[name]


def test_an_unknown_commune_is_refused_even_beside_a_known_one(scope: access.Scope) -> None:
    with pytest.raises(UnknownCommune):
        queries.select(scope, FeatureQuery(communes=(MEUDON, "99999")))


WORDS = {
    "every word in the same text": "cèdre liban",
    "words of two texts": "cèdre chêne",
    "a part of a word": "ÈDR",
    "other case and no accents": "CEDRE du LIBAN",
    "one letter for two": "cœur",
    "a word of no text": "cèdre tilleul",
    "the end of a text and the beginning of the next": "libanquercus",
    "a wildcard of any letters": "c%dre",
    "a wildcard of one letter": "c_dre",
    "a backslash": "c\\èdre",
    "wildcards that are in the text": "100_%",
    "a wide wildcard, which folds to a plain one": "％ ",
}


def test_words_match_whatever_the_case_and_the_accents(scope: access.Scope) -> None:
    factories.tree("Cèdre du Liban", genre="Quercus", espece="chêne 100_% coeur")
    counts = {name: count(scope, q=text) for name, text in WORDS.items()}
    assert [name for name, rows in counts.items() if not rows] == [
        "a word of no text",
        "the end of a text and the beginning of the next",
        "a wildcard of any letters",
        "a wildcard of one letter",
        "a backslash",
    ]


def test_words_are_folded_once_a_row(scope: access.Scope) -> None:
    select = queries.select(scope, parse_query({"q": ["cèdre du liban"]}))
    assert str(select.queryset.query).count("UNACCENT(") == 1


def test_a_row_on_the_edge_of_a_box_is_in_it(scope: access.Scope) -> None:
    factories.tree(at=(2.21, 48.81))
    assert [count(scope, bbox=box) for box in ("2.21,48.81,2.22,48.82", "2.2101,48.81,2.22,48.82")] == [1, 0]


def test_a_box_over_the_antimeridian_holds_both_sides(scope: access.Scope) -> None:
    with factories.in_bulk():
        for x in (179.5, -179.5, 0.0, 165.0, -120.0):
            factories.tree(at=(x, 10.0))
    boxes = ("170,-170", "170,190", "-100,179", "170,160", "-100,-121", "-200,181")
    assert {box: count(scope, bbox="{},0,{},20".format(*box.split(","))) for box in boxes} == {
        "170,-170": 2,
        "170,190": 2,
        "-100,179": 2,
        "170,160": 4,
        "-100,-121": 4,
        "-200,181": 5,
    }
    assert count(scope, filter="S_INTERSECTS(geom, BBOX(170,0,160,20))") == 4


def test_the_hole_of_an_area_is_outside_it(scope: access.Scope) -> None:
    factories.tree(at=(2.21, 48.81))
    hole = "POLYGON((2 48, 3 48, 3 49, 2 49, 2 48), (2.2 48.8, 2.3 48.8, 2.3 48.9, 2.2 48.9, 2.2 48.8))"
    assert count(scope, within=hole) == 0


@pytest.mark.parametrize(
    ("latitude", "inside", "outside"), [(0.0, 0.008, 0.01), (60.0, 0.017, 0.019), (85.0, 0.1, 0.11)]
)
def test_a_kilometre_is_a_kilometre_at_every_latitude(
    scope: access.Scope, latitude: float, inside: float, outside: float
) -> None:
    factories.tree(at=(10 + inside, latitude))
    factories.tree(at=(10 + outside, latitude))
    assert count(scope, near=f"10,{latitude}", radius="1000") == 1


def test_a_disc_over_the_antimeridian_holds_both_sides(scope: access.Scope) -> None:
    factories.tree(at=(-179.999, 0.0))
    factories.tree(at=(179.999, 0.0))
    assert count(scope, near="180,0", radius="1000") == 2


def test_commune_boundaries_are_those_of_today(catalogue: dict[str, Commune]) -> None:
    factories.zone(geom=box(2.205, 48.805, 2.215, 48.815))
    before = count(access.scope(Visitor(instant=timezone.now()), ZONES.slug), commune=SEVRES)
    Commune.objects.filter(code=SEVRES).update(geom=MultiPolygon(box(2.18, 48.80, 2.21, 48.82), srid=4326))
    after = count(access.scope(Visitor(instant=timezone.now()), ZONES.slug), commune=SEVRES)
    assert (before, after) == (0, 1)


def test_a_portal_and_a_commune_narrow_together(catalogue: dict[str, Commune]) -> None:
    zones = access.scope(Visitor(instant=timezone.now(), portal=MEUDON), ZONES.slug)
    factories.zone(geom=box(2.215, 48.805, 2.235, 48.815))
    factories.zone(geom=box(2.225, 48.805, 2.235, 48.815))
    assert count(zones, commune=BOULOGNE) == 1


def test_a_count_is_asked_once_for_the_same_data(scope: access.Scope) -> None:
    factories.tree()
    with CaptureQueriesContext(connection) as asked:
        counts = [count(scope, q="cèdre"), count(scope, q="cèdre")]
    assert (counts, sum("COUNT(" in query["sql"] for query in asked)) == ([1, 1], 1)


@pytest.mark.parametrize("first", [{"q": "cedre"}, {"datetime": "2024-05-01"}, {"filter": "genre = ''"}])
def test_a_count_is_not_that_of_another_question(scope: access.Scope, first: dict[str, str]) -> None:
    factories.tree("Cèdre", date_releve=dt.date(2024, 5, 1))
    factories.tree("Orme", genre="Ulmus", date_releve=dt.date(2025, 5, 1))
    assert [count(scope, **first), count(scope)] == [1, 2]


def test_rows_are_the_readable_fields_and_the_key(scope: access.Scope) -> None:
    factories.tree("Cèdre", etat_sanitaire="dangereux")
    (row,) = queries.select(scope, FeatureQuery()).page().rows
    assert set(row) == {"id", *(field.name for field in scope.fields)}


def test_a_feature_is_found_by_its_key(scope: access.Scope) -> None:
    tree = factories.tree()
    assert queries.feature(scope, tree.pk) == tree


@pytest.mark.parametrize("pk", [0, 2**63 - 1, 2**63, 10**40])
def test_a_key_that_no_row_has_is_unknown(scope: access.Scope, pk: int) -> None:
    with pytest.raises(UnknownFeature):
        queries.feature(scope, pk)


def test_the_extent_is_that_of_the_rows_with_a_margin(scope: access.Scope) -> None:
    assert queries.extent(scope) is None
    factories.tree(at=(2.19, 48.805))
    factories.tree(at=(2.23, 48.815))
    fresh = access.scope(Visitor(instant=timezone.now()), TREES.slug)
    assert queries.extent(fresh) == (2.1892, 48.8042, 2.2308, 48.8158)


def test_a_statement_over_its_time_is_a_clear_fault(db: None, settings: object) -> None:
    settings.LAYER_TIMEOUTS = {"page": 1}  # type: ignore[attr-defined]
    with pytest.raises(TooSlow), time_limit("page"), connection.cursor() as cursor:
        cursor.execute("SELECT pg_sleep(20)")


def test_a_statement_sent_alone_over_its_time_is_a_clear_fault(db: None, settings: object) -> None:
    settings.LAYER_TIMEOUTS = {"page": 1}  # type: ignore[attr-defined]
    with pytest.raises(TooSlow), one_read("page", "SELECT pg_sleep(%s)", [20]):
        pass


def test_a_row_read_in_binary_over_its_time_is_a_clear_fault(db: None, settings: object) -> None:
    settings.LAYER_TIMEOUTS = {"page": 1}  # type: ignore[attr-defined]
    with pytest.raises(TooSlow):
        binary_row("page", "SELECT pg_sleep(%s)", [20])


def limits() -> tuple[str, str]:
    """Return the time that a statement may take, and how many processes a read may start."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT current_setting('statement_timeout'), current_setting('max_parallel_workers_per_gather')"
        )
        found: tuple[str, str] = cursor.fetchone()
    return found


def whole_limit() -> None:
    with time_limit("tile"):
        pass


def limit_of_one() -> None:
    with one_read("tile", "SELECT %s", ["read"]) as cursor:
        assert cursor.fetchone() == ("read",)


def limit_of_binary() -> None:
    assert binary_row("tile", "SELECT %s", ["read"]) == ("read",)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("read", [whole_limit, limit_of_one, limit_of_binary])
def test_what_follows_a_timed_read_has_its_own_limit_again(read: Callable[[], None]) -> None:
    before = limits()
    read()
    assert limits() == before


@pytest.mark.django_db(transaction=True)
def test_a_connection_serves_again_after_a_statement_cancelled(settings: object) -> None:
    settings.LAYER_TIMEOUTS = {"page": 1}  # type: ignore[attr-defined]
    with pytest.raises(TooSlow), one_read("page", "SELECT pg_sleep(%s)", [20]):
        pass
    assert RemarkableTree.objects.count() == 0
