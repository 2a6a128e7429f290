"""Areas and lengths under a commune are those of the part inside, and add up to the whole (ADR 0056)."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from layers.aggregates import AggregateResult, facet, totals
from layers.models import Layer
from tests import factories
from tests.factories import BOULOGNE, MEUDON, SEVRES, box
from tests.selections import aggregated, selected
from tests.world import TREES, ZONES

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("zones")]
LINES = "plui-prescriptions-lin"
TERRITORY = (SEVRES, MEUDON, BOULOGNE)
HALF_METRE = 0.5 / 73_250  # towards the east, in degrees
# What a geographer would write: the parts of all zones that meet a commune, and those that go a metre into it.
PLAIN = """
SELECT count(*) FILTER (WHERE NOT ST_IsEmpty(ST_Buffer(ST_Transform(ST_Intersection(z.geom, c.geom), 2154), -0.5))),
    sum(ST_Area(ST_Intersection(z.geom, c.geom)::geography))
FROM plui_zoneurba AS z JOIN layers_commune AS c ON ST_Intersects(z.geom, c.geom) WHERE c.code = %s
"""


@pytest.fixture
def zones(catalogue: object) -> None:
    """Zones inside a commune, across a border, half a metre beyond one, along one, and half outside the territory."""
    with factories.in_bulk():
        factories.zone("U1", typezone="U", geom=box(2.185, 48.802, 2.19, 48.806))
        factories.zone("U2", typezone="U", geom=box(2.195, 48.805, 2.21, 48.81))
        factories.zone("A1", typezone="A", geom=box(2.2 - HALF_METRE, 48.812, 2.205, 48.815))
        factories.zone("A2", typezone="A", geom=box(2.2, 48.802, 2.204, 48.804))
        factories.zone("N1", typezone="N", geom=box(2.23, 48.81, 2.25, 48.815))


def measured(result: AggregateResult) -> dict[Any, tuple[Any, ...]]:
    """Return the measures of each group by its first key."""
    return {row[0]: row[1:] for row in result.rows}


def plain(code: str) -> tuple[int, float]:
    with connection.cursor() as cursor:
        cursor.execute(PLAIN, [code])
        count, area = cursor.fetchone()
    return int(count), float(area)


@pytest.mark.parametrize("code", TERRITORY)
def test_zones_and_area_under_a_commune_are_those_of_plain_sql(code: str) -> None:
    count, area = aggregated(ZONES, commune=code, measures="count,area").rows[0]
    expected_count, expected_area = plain(code)
    assert count == expected_count
    assert area == pytest.approx(expected_area, abs=1)


def test_areas_of_communes_and_outside_add_up_to_the_whole() -> None:
    result = aggregated(ZONES, group_by="commune", measures="count,area")
    groups = measured(result)
    whole = aggregated(ZONES, measures="area").rows[0][0]
    assert sum(area for _count, area in groups.values()) == pytest.approx(whole, abs=1e-3)
    assert sum(count for count, _area in groups.values()) == result.matched == 5
    assert result.columns[0].label(None) == "Hors communes"
    assert groups[None][1] == pytest.approx(whole - sum(plain(code)[1] for code in TERRITORY), abs=1)


def test_areas_under_each_commune_are_those_of_its_group() -> None:
    groups = measured(aggregated(ZONES, group_by="commune", measures="area"))
    for code in TERRITORY:
        assert aggregated(ZONES, commune=code, measures="area").rows[0][0] == pytest.approx(groups[code][0])


def test_several_communes_are_measured_together() -> None:
    both = aggregated(ZONES, commune=f"{SEVRES},{MEUDON}", measures="count,area").rows[0]
    each = [aggregated(ZONES, commune=code, measures="area").rows[0][0] for code in (SEVRES, MEUDON)]
    assert both == (4, pytest.approx(sum(each)))


def test_lengths_follow_the_same_rule() -> None:
    factories.prescription_lin("Alignement", factories.line((2.19, 48.805), (2.21, 48.805)))
    factories.prescription_lin("Au-delà", factories.line((2.235, 48.805), (2.25, 48.805)))
    groups = measured(aggregated(LINES, group_by="commune", measures="count,length"))
    whole = aggregated(LINES, measures="length").rows[0][0]
    assert sum(length for _count, length in groups.values()) == pytest.approx(whole, abs=1e-3)
    assert groups[SEVRES][1] == pytest.approx(groups[MEUDON][1], abs=1)
    assert aggregated(LINES, commune=SEVRES, measures="length").rows[0][0] == pytest.approx(groups[SEVRES][1])


def test_a_group_of_slivers_alone_is_no_group_under_a_commune() -> None:
    """Half a metre of an agricultural zone lies in Sèvres, which has none."""
    assert list(measured(aggregated(ZONES, commune=SEVRES, group_by="typezone", measures="area"))) == ["U"]


def test_other_measures_count_a_feature_once() -> None:
    result = aggregated(ZONES, group_by="commune", measures="count,distinct:typezone,area")
    counts = {code: (count, distinct) for code, count, distinct, _area in result.rows}
    assert counts == {SEVRES: (1, 1), MEUDON: (3, 2), BOULOGNE: (1, 1), None: (0, 0)}


def test_a_portal_measures_what_lies_in_its_commune() -> None:
    result = aggregated(ZONES, portal=SEVRES, group_by="commune", measures="count,area")
    expected_count, expected_area = plain(SEVRES)
    assert result.rows == ((SEVRES, expected_count, pytest.approx(expected_area, abs=1)),)


def test_totals_of_pages_are_those_of_the_part_inside() -> None:
    assert totals(selected(ZONES, commune=SEVRES), []).area_m2 == pytest.approx(plain(SEVRES)[1], abs=1)


def test_a_facet_counts_a_feature_in_each_commune_that_the_filter_finds_it_in() -> None:
    counted = facet(selected(ZONES), "commune")
    assert {each.value: each.count for each in counted.values} == {
        code: selected(ZONES, commune=code).count() for code in TERRITORY
    }
    assert (counted.counts_once, counted.matched) == (False, 5)


def test_a_layer_that_suppresses_small_counts_has_no_group_without_rows() -> None:
    Layer.objects.filter(slug=ZONES).update(smallest_count=2)
    groups = measured(aggregated(ZONES, group_by="commune", measures="count,area"))
    assert None not in groups


def test_the_portal_of_a_commune_has_what_goes_into_it_alone() -> None:
    rows = selected(ZONES, portal=SEVRES).page().rows
    assert sorted(row["libelle"] for row in rows) == ["U1", "U2"]


@pytest.mark.parametrize(
    ("layer", "measures", "has_shares"),
    [(TREES, "count,max:hauteur", False), (ZONES, "count", False), (ZONES, "area", True)],
)
def test_only_areas_and_lengths_by_commune_read_shares(
    layer: str, measures: str, *, has_shares: bool
) -> None:
    with CaptureQueriesContext(connection) as captured:
        aggregated(layer, group_by="commune", measures=measures)
    assert any("commune_shares" in query["sql"] for query in captured) is has_shares
