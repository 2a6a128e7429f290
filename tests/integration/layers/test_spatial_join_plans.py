"""Spatial joins start from the side that compares fewer pairs, and the index of the other side finds them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection, models

from heritage.models import RemarkableTree
from layers import access, queries
from layers.parsing import parse_query
from layers.queries import Selection, combined_layers
from layers.sql.costs import plan_of
from layers.sql.spatial_joins import join_cost_factor, join_parameter
from layers.visitor import system_visitor
from plui.models import ZoneUrba
from tests import factories
from tests.world import TREES, ZONES

pytestmark = pytest.mark.django_db
# West, south, width and height of where the rows are, in degrees.
GROUND = (2.0, 48.5, 0.5, 0.4)
MANY_TREES, MANY_ZONES = 3_000, 800
_POINT = "ST_SetSRID(ST_MakePoint(%s + random() * %s, %s + random() * %s), 4326)"
_SQUARE = "ST_Expand(" + _POINT + ", 0.0005)"


def copy_rows(model: type[models.Model], pk: int, geom: str, number: int) -> None:
    """Add rows like that of ``pk``, elsewhere."""
    own = [f.column for f in model._meta.concrete_fields if not (f.primary_key or f.generated)]
    others = ", ".join(f'"{name}"' for name in own if name != "geom")
    west, south, width, height = GROUND
    with connection.cursor() as cursor:
        cursor.execute(
            f'INSERT INTO "{model._meta.db_table}" (geom, {others}) SELECT {geom}, {others} '
            f'FROM "{model._meta.db_table}", generate_series(1, %s) WHERE id = %s',
            [west, width, south, height, number, pk],
        )
        cursor.execute(f'ANALYZE "{model._meta.db_table}"')


@pytest.fixture
def crowd(catalogue: object) -> Iterator[None]:
    """Thousands of trees and of zones, with the statistics of their tables."""
    copy_rows(RemarkableTree, factories.tree().pk, _POINT, MANY_TREES)
    copy_rows(ZoneUrba, factories.zone().pk, _SQUARE, MANY_ZONES)
    combined_layers._sizes.clear()
    yield
    combined_layers._sizes.clear()


def ask(slug: str, *texts: str, **asked: str) -> Selection:
    """Select what touches other layers, as the system sees them."""
    parameters = {"touching": list(texts)} | {name: [value] for name, value in asked.items()}
    return queries.select(access.scope(system_visitor(), slug), parse_query(parameters))


def select_by(parameter: str, text: str) -> Selection:
    """Select the zones that a parameter asks for, as the system sees them."""
    return queries.select(access.scope(system_visitor(), ZONES), parse_query({parameter: [text]}))


def nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield the nodes of a plan, from the root down."""
    yield plan
    for below in plan.get("Plans", ()):
        yield from nodes(below)


def plan(selection: Selection) -> dict[str, Any]:
    """Return the plan of the ids of a selection."""
    return plan_of(*selection.queryset.order_by().values_list("pk").query.sql_with_params())


def inner_scans(root: dict[str, Any]) -> set[str]:
    """Return what the inner sides of the nested loops read without an index, materialised or not."""
    found = set()
    for node in nodes(root):
        if node["Node Type"] == "Nested Loop":
            inner = node["Plans"][1]
            found |= {below["Relation Name"] for below in nodes(inner) if below["Node Type"] == "Seq Scan"}
    return found


def test_no_join_reads_a_layer_again_for_each_row(crowd: None) -> None:
    asked = [
        (ZONES, f"{TREES}@500?id<0"),
        (ZONES, f"{TREES}@500?id<20"),
        (ZONES, f"{TREES}@500"),
        (TREES, f"{ZONES}@500?id<20"),
        (TREES, f"{ZONES}@500"),
        (ZONES, f"{TREES}?id<0"),
        (TREES, ZONES),
    ]
    assert {each: inner_scans(plan(ask(*each))) for each in asked} == {each: set() for each in asked}


def test_join_with_few_rows_starts_from_them(crowd: None) -> None:
    scans = {
        node["Relation Name"]: node["Node Type"]
        for node in nodes(plan(ask(ZONES, f"{TREES}@500?id<0")))
        if "Relation Name" in node
    }
    assert scans[ZoneUrba._meta.db_table].startswith(("Index", "Bitmap"))


def test_join_with_no_row_costs_what_finding_none_does(crowd: None) -> None:
    empty, every = (plan(ask(ZONES, f"{TREES}@500{text}"))["Total Cost"] for text in ("?id<0", ""))
    assert empty < every / 20


def test_join_of_few_rows_asked_starts_from_them(crowd: None) -> None:
    first = ZoneUrba.objects.order_by("pk").values_list("pk", flat=True)[0]
    sql, _parameters = ask(ZONES, f"{TREES}@500?id>0", ids=str(first)).queryset.query.sql_with_params()
    assert "EXISTS" in sql


def test_both_directions_answer_the_same(crowd: None) -> None:
    """The join that starts apart finds what the other one does, of filters that choose each."""
    few = ask(ZONES, f"{TREES}@800?id<30").queryset
    trees = RemarkableTree.objects.filter(pk__lt=30)
    expected = {
        zone
        for tree in trees
        for zone in ask(ZONES, f"{TREES}/{tree.pk}@800").queryset.values_list("pk", flat=True)
    }
    assert " IN (SELECT joined" in few.query.sql_with_params()[0]
    assert set(few.values_list("pk", flat=True)) == expected


@pytest.mark.parametrize("text", ["@500", "@500?id<20", "@500?id<0", "", "?id<20"])
def test_what_is_near_none_is_all_the_rest(crowd: None, text: str) -> None:
    near, far = (
        set(select_by(parameter, f"{TREES}{text}").queryset.values_list("pk", flat=True))
        for parameter in ("touching", "disjoint")
    )
    assert near & far == set()
    assert near | far == set(ZoneUrba.objects.values_list("pk", flat=True))


def test_what_is_near_none_is_an_anti_join_by_the_index_of_the_other_layer(crowd: None) -> None:
    root = plan(select_by("disjoint", f"{TREES}@500"))
    assert "Anti" in {each.get("Join Type") for each in nodes(root)}
    assert inner_scans(root) == set()


def test_what_is_near_few_is_found_once_and_hashed(crowd: None) -> None:
    root = plan(select_by("disjoint", f"{TREES}@500?id<20"))
    assert "hashed SubPlan" in "".join(each.get("Filter", "") for each in nodes(root))
    assert inner_scans(root) == set()


def test_costly_question_names_the_parameter_that_asks_it(crowd: None) -> None:
    sql = [
        select_by(name, f"{TREES}@500").queryset.query.sql_with_params()[0]
        for name in ("touching", "disjoint")
    ]
    assert [join_parameter(each) for each in sql] == ["touching", "disjoint"]


def test_distance_raises_the_cost(crowd: None) -> None:
    near, far = (ask(ZONES, f"{TREES}@{metres}?id<20") for metres in (100, 20_000))
    costs = [join_cost_factor(each.queryset.query.sql_with_params()[0]) for each in (near, far)]
    assert costs[1] > 50 * costs[0]


def test_light_question_asks_nothing_of_the_planner(crowd: None, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_asked: object) -> None:
        raise AssertionError("the planner was asked")

    monkeypatch.setattr("layers.sql.costs.plan_of", refuse)
    monkeypatch.setattr("layers.sql.costs.plan_of", refuse)
    selection = queries.select(access.scope(system_visitor(), TREES), parse_query({"bbox": ["2,48,3,49"]}))
    assert selection.count() == len(selection.page().rows) or selection.page().next
