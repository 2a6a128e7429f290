"""A layer whose statistics alone are open: what is asked of it, what is answered, and what no question tells."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from heritage.models import RemarkableTree
from layers import access, queries
from layers.aggregates import AggregateResult, aggregate, facet, interval_counts, number_sample, profile
from layers.aggregates.disclosure import published_cells
from layers.aggregates.plan import resolve
from layers.aggregates.statement import GroupFilter, statement
from layers.cache import clear_caches
from layers.errors import InvalidParameter, UnknownLayer
from layers.models import Layer
from layers.parsing import FeatureQuery
from layers.parsing.aggregates import AggregateQuery, parse_aggregate
from tests import factories
from tests.factories import BOULOGNE, MEUDON, SEVRES
from tests.people import PLANNER, PUBLIC
from tests.selections import visitor
from tests.world import TREES, grant

pytestmark = pytest.mark.django_db
SMALLEST = 3
GENERA = ("Acer", "Cedrus", "Tilia", "Quercus")


@pytest.fixture(autouse=True)
def trees(catalogue: object) -> None:
    """Trees of three communes and four genera, of which the public reads counts of three and more."""
    Layer.objects.filter(slug=TREES).update(visibility="statistics", smallest_count=SMALLEST)
    with factories.in_bulk():
        for place, commune in enumerate((MEUDON, SEVRES, BOULOGNE)):
            for rank, genus in enumerate(GENERA):
                for number in range((place + 2) * (4 - rank) // 2):
                    factories.tree(f"{place}{rank}{number}", at=commune, genre=genus, hauteur=10.0 + number)


def asked(portal: str = "", **parameters: str) -> AggregateResult:
    selecting, query = parse_aggregate({name: [value] for name, value in parameters.items()})
    scope = access.countable_scope(visitor(PUBLIC, portal=portal), TREES)
    return aggregate(queries.select(scope, selecting), query)


def cells(portal: str = "", **parameters: str) -> dict[Any, Any]:
    return {row[:-1]: row[-1] for row in asked(portal, **parameters).rows}


def test_what_is_published_is_true() -> None:
    sizes = Counter(RemarkableTree.objects.values_list("commune_id", "genre"))
    told = {key: count for key, count in cells(group_by="commune,genre").items() if count is not None}
    assert told.items() <= sizes.items()
    assert len(told) > 0


def test_a_criterion_is_asked_by_one_value() -> None:
    told = cells(group_by="commune,genre")
    for commune, genus in told:
        assert (
            cells(group_by="genre", filter=f"genre = '{genus}'", commune=commune).get((genus,))
            == told[commune, genus]
        )


@pytest.mark.parametrize("measures", ["count", "share:count", "per_km2:count"])
def test_every_question_has_the_same_answer_in_an_equivalent_table(measures: str) -> None:
    """What a table that is equivalent to the data would answer, asked of it as if it were the data."""
    scope = access.countable_scope(visitor(PUBLIC), TREES)
    tables = published_cells(scope).tables
    assert len(tables) > 0
    selecting, query = parse_aggregate({"group_by": ["commune,genre"], "measures": [measures]})
    selection = queries.select(scope, selecting)
    answer = aggregate(selection, query)
    groups = statement(selection, resolve(scope, query), query, with_ranks=1_000, tables=(tables[0],))
    assert groups is not None
    with connection.cursor() as cursor:
        cursor.execute(groups.sql, groups.parameters)
        other = {row[:2]: row[2] for row in cursor.fetchall()}
    told = {row[:2]: row[2] for row in answer.rows if row[2] is not None}
    assert {key: float(other[key]) for key in told} == pytest.approx(told)


def test_every_small_group_has_another_size_in_some_equivalent_table() -> None:
    scope = access.countable_scope(visitor(PUBLIC), TREES)
    read = [
        Counter(_rows_of(table.sql, table.parameters, "commune_id", "genre"))
        for table in published_cells(scope).tables
    ]
    sizes = Counter(RemarkableTree.objects.values_list("commune_id", "genre"))
    small = [key for key, size in sizes.items() if size < SMALLEST]
    assert len(small) > 0
    assert [key for key in small if all(table[key] == sizes[key] for table in read)] == []


def _rows_of(sql: str, parameters: tuple[Any, ...], *columns: str) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(columns)} FROM ({sql}) AS q", parameters)
        return list(cursor.fetchall())


REFUSED = {
    "an id": ("ids", {"ids": "1,2"}),
    "a filter by id": ("filter", {"filter": "id = 3"}),
    "a field of as many values as rows": ("filter", {"filter": "nom_vernaculaire = '000'"}),
    "a range": ("filter", {"filter": "hauteur < 11"}),
    "several values": ("filter", {"filter": "genre IN ('Acer', 'Tilia')"}),
    "all values but one": ("filter", {"filter": "genre <> 'Acer'"}),
    "an alternative": ("filter", {"filter": "genre = 'Acer' OR genre = 'Tilia'"}),
    "a negation": ("filter", {"filter": "NOT genre = 'Acer'"}),
    "a part of a text": ("filter", {"filter": "genre LIKE 'A%'"}),
    "a function of a text": ("filter", {"filter": "CASEI(genre) = CASEI('acer')"}),
    "a geometry": ("filter", {"filter": "S_INTERSECTS(geom, POINT(2.2 48.8))"}),
    "words": ("q", {"q": "Acer"}),
    "a box": ("bbox", {"bbox": "2.1,48.7,2.3,48.9"}),
    "a drawn area": ("within", {"within": "POLYGON((2.1 48.7,2.3 48.7,2.3 48.9,2.1 48.7))"}),
    "a point": ("near", {"near": "2.2,48.8", "radius": "100"}),
    "a time": ("datetime", {"datetime": "2024-01-01/.."}),
    "a period": ("period", {"period": "date_releve:2024-01-01/.."}),
    "another layer": ("touching", {"touching": "batiments-patrimoniaux@300"}),
    "two communes": ("commune", {"commune": f"{MEUDON},{SEVRES}"}),
    "groups of each row": ("group_by", {"group_by": "nom_vernaculaire"}),
    "groups of ids": ("group_by", {"group_by": "id"}),
    "bins": ("group_by", {"group_by": "bins4:hauteur"}),
    "steps": ("group_by", {"group_by": "width1:hauteur"}),
    "months": ("group_by", {"group_by": "month:date_releve"}),
    "a sum": ("measures", {"measures": "sum:hauteur"}),
    "a mean in a ratio": ("measures", {"measures": "ratio:sum:hauteur:count"}),
    "a spread": ("measures", {"measures": "stddev:hauteur"}),
    "the highest row": ("measures", {"measures": "max:hauteur"}),
    "the lowest row": ("measures", {"measures": "min:hauteur"}),
    "the middle row": ("measures", {"measures": "median:hauteur"}),
    "a share of rows": ("measures", {"measures": "p90:hauteur"}),
    "three criteria": ("filter", {"group_by": "genre,commune", "filter": "protege = FALSE"}),
}


@pytest.mark.parametrize(("parameter", "asking"), REFUSED.values(), ids=REFUSED)
def test_rows_are_selected_grouped_and_measured_by_no_other_way(
    parameter: str, asking: dict[str, str]
) -> None:
    with pytest.raises(InvalidParameter) as caught:
        asked(**asking)
    assert caught.value.parameter == parameter


def test_the_commune_of_a_portal_is_a_criterion_too() -> None:
    assert cells(MEUDON, group_by="genre") == {
        key[1:]: count for key, count in cells(group_by="commune,genre").items() if key[0] == MEUDON
    }
    with pytest.raises(InvalidParameter, match="croisent 2 critères"):
        asked(MEUDON, group_by="genre,protege")


def test_nothing_else_reads_the_rows() -> None:
    selection = queries.select(access.countable_scope(visitor(PUBLIC), TREES), FeatureQuery())
    for read in (
        selection.count,
        selection.page,
        lambda: facet(selection, "genre", value_filter=GroupFilter("ac")),
        lambda: number_sample(selection, "hauteur"),
        lambda: profile(selection, ["genre"]),
        lambda: interval_counts(selection, "hauteur", [(0.0, 20.0)]),
    ):
        with pytest.raises(UnknownLayer):
            read()


def test_an_unchanged_layer_has_the_same_tables_in_every_process_and_version() -> None:
    before = published_cells(access.countable_scope(visitor(PUBLIC), TREES))
    RemarkableTree.objects.filter(genre="Acer").update(hauteur=12.5)
    clear_caches()
    after = published_cells(access.countable_scope(visitor(PUBLIC), TREES))
    assert [table.parameters for table in after.tables] == [table.parameters for table in before.tables]


def test_readers_of_rows_are_answered_as_before() -> None:
    grant(PLANNER, TREES)
    scope = access.countable_scope(visitor(PLANNER), TREES)
    selecting, query = parse_aggregate({"group_by": ["bins4:hauteur"], "filter": ["hauteur < 13"]})
    assert aggregate(queries.select(scope, selecting), query).matched is not None


def test_a_group_of_one_row_reads_like_one_that_is_not_there() -> None:
    factories.tree("seul", at=MEUDON, genre="Ginkgo")
    alone, absent = (asked(filter=f"genre = '{genus}'") for genus in ("Ginkgo", "Absent"))
    assert (alone.rows, alone.matched) == (absent.rows, absent.matched)
    by_commune = [
        asked(filter=f"genre = '{genus}'", group_by="commune").rows for genus in ("Ginkgo", "Absent")
    ]
    assert by_commune == [(), ()]
    assert "Ginkgo" not in {row[0] for row in asked(group_by="genre").rows}


def test_a_selection_that_no_row_can_answer_has_no_number() -> None:
    scope = access.countable_scope(visitor(PUBLIC), TREES)
    selection = queries.select(replace(scope, queryset=scope.queryset.none()), FeatureQuery())
    result = aggregate(selection, AggregateQuery())
    assert (result.rows, result.matched) == (((None,),), None)


def test_a_question_that_is_refused_searches_nothing() -> None:
    scope = access.countable_scope(visitor(PUBLIC), TREES)
    clear_caches()
    with pytest.raises(InvalidParameter):
        asked(touching="batiments-patrimoniaux@300")
    with CaptureQueriesContext(connection) as statements:
        published_cells(scope)
    assert len(statements) > 0


def test_a_layer_of_few_rows_names_none() -> None:
    RemarkableTree.objects.all().delete()
    factories.tree("Jean Dupont", at=MEUDON)
    with pytest.raises(InvalidParameter):
        asked(group_by="nom_vernaculaire")
    assert asked().matched is None
