"""How the rows of an aggregate are read: in parallel where it can be, once where they are dear to find."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from layers.queries import listing
from layers.sql.limits import time_limit
from tests import factories
from tests.factories import MEUDON, MIDDLES
from tests.people import PUBLIC
from tests.selections import aggregated, selected
from tests.world import TREES

pytestmark = pytest.mark.django_db
NEAR = {"near": "{},{}".format(*MIDDLES[MEUDON]), "radius": "500"}


@pytest.fixture
def trees(catalogue: object) -> None:
    """Trees of ten heights, and one without any."""
    with factories.in_bulk():
        for height in (*range(1, 11), None):
            factories.tree(hauteur=height)


def bins(**asked: str) -> str:
    """Return the statement that groups heights in bins."""
    with CaptureQueriesContext(connection) as captured:
        result = aggregated(
            TREES, group_by="bins3:hauteur", measures="count,min:hauteur,max:hauteur", **asked
        )
    assert [row[1] for row in result.rows] == [3, 3, 4, 1]
    assert result.rows[0][2:] == (1.0, 3.0)
    (found,) = (query["sql"] for query in captured if query["sql"].startswith("WITH "))
    return str(found)


def test_rows_of_bins_are_read_twice_by_several_processes(trees: None) -> None:
    assert bins().startswith("WITH s AS NOT MATERIALIZED (")
    assert bins(commune=MEUDON).startswith("WITH s AS NOT MATERIALIZED (")


def test_rows_that_are_dear_to_find_are_found_once(trees: None) -> None:
    assert bins(**NEAR).startswith("WITH s AS (")


def test_groups_that_leave_a_worker_are_cheap_for_aggregates_alone(catalogue: object) -> None:
    def price() -> str:
        with connection.cursor() as cursor:
            cursor.execute("SHOW parallel_tuple_cost")
            return str(cursor.fetchone()[0])

    with time_limit("list"):
        assert price() == "0.1"
    with time_limit("aggregate"):
        assert price() == "0.01"


@pytest.mark.parametrize("asked", [{}, NEAR])
def test_a_list_tells_how_many_rows_there_are_and_the_ends_of_a_field(
    trees: None, asked: dict[str, str]
) -> None:
    selection = selected(TREES, PUBLIC, portal="", limit="2", sortby="hauteur", **asked)
    with CaptureQueriesContext(connection) as captured:
        found = listing(selection, ends_of=selection.scope.filterable["hauteur"])
    assert (len(found.rows), found.matched, found.ends) == (2, 11, (1.0, 10.0))
    reads = [query["sql"] for query in captured if query["sql"].startswith("SELECT")]
    assert len(reads) == 1
    assert (" OVER ()" in reads[0]) is bool(asked)
