"""Measures made of others, series and empty periods give what Python and plain SQL compute from the same rows."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import Any

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from heritage.models import RemarkableTree
from layers.aggregates import AggregateResult
from layers.aggregates.derived import MAX_BLANK
from layers.errors import InvalidParameter, UnknownProperty
from layers.models import Commune
from tests import factories
from tests.examples import examples
from tests.factories import BOULOGNE, MEUDON, SEVRES
from tests.people import PUBLIC
from tests.selections import aggregated
from tests.world import TREES, ZONES

pytestmark = pytest.mark.django_db
INHABITANTS = {SEVRES: 2_000, MEUDON: 4_000, BOULOGNE: 10_000}
MONTHS = [dt.date(2024, month, 1) for month in range(1, 6)]


@dataclass(frozen=True)
class Row:
    """A tree, as Python groups it."""

    commune: str
    day: dt.date | None
    height: float | None
    precision: int | None


ROWS = st.builds(
    Row,
    st.sampled_from([SEVRES, MEUDON, BOULOGNE]),
    st.sampled_from([None, *(month.replace(day=9) for month in MONTHS)]),
    st.sampled_from([None, 2.5, 4.0, 10.0]),
    st.sampled_from([None, 0, 1, 3]),
)


def stored(rows: list[Row]) -> None:
    RemarkableTree.objects.all().delete()
    with factories.in_bulk():
        for row in rows:
            factories.tree(
                at=row.commune, date_releve=row.day, hauteur=row.height, precision_position=row.precision
            )


def peopled() -> None:
    for code, inhabitants in INHABITANTS.items():
        Commune.objects.filter(code=code).update(population=inhabitants)


def cells(result: AggregateResult, keys: int = 1) -> dict[Any, Any]:
    """Return the measures of each group by its keys; those alone where there is one of them."""
    return {
        row[0] if keys == 1 else row[:keys]: row[keys] if len(row) == keys + 1 else row[keys:]
        for row in result.rows
    }


def sql(text: str) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(text)
        return cursor.fetchall()


def total(values: list[float | None]) -> float | None:
    given = [value for value in values if value is not None]
    return sum(given) if given else None


@given(st.lists(ROWS, min_size=1, max_size=14))
@examples(60)
def test_shares_are_those_of_the_total(catalogue: object, rows: list[Row]) -> None:
    stored(rows)
    counts = Counter(row.commune for row in rows)
    found = cells(aggregated(TREES, group_by="commune", measures="share:count"))
    assert found == pytest.approx({code: 100 * n / len(rows) for code, n in counts.items()})


@given(st.lists(ROWS, min_size=1, max_size=14))
@examples(60)
def test_a_ratio_has_no_value_where_its_divisor_is_nothing(catalogue: object, rows: list[Row]) -> None:
    stored(rows)
    groups: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        groups[row.commune].append(row)
    expected = {}
    for code, members in groups.items():
        dividend, divisor = total([row.height for row in members]), total([row.precision for row in members])
        expected[code] = dividend / divisor if divisor and dividend is not None else None
    found = cells(aggregated(TREES, group_by="commune", measures="ratio:sum:hauteur/sum:precision_position"))
    assert found == {code: pytest.approx(value) if value else value for code, value in expected.items()}


@given(st.lists(ROWS, min_size=1, max_size=20))
@examples(100)
def test_running_totals_and_differences_follow_the_periods_of_each_group(
    catalogue: object, rows: list[Row]
) -> None:
    stored(rows)
    counts = Counter((row.commune, row.day.replace(day=1)) for row in rows if row.day)
    expected: dict[Any, Any] = {(row.commune, None): (None, None) for row in rows if row.day is None}
    for code, month in counts:
        months = sorted(other for place, other in counts if place == code)
        before = dt.date(2024, month.month - 1, 1) if month.month > 1 else None
        change = None if month == months[0] else counts[code, month] - counts.get((code, before), 0)
        expected[code, month] = (sum(counts[code, other] for other in months if other <= month), change)
    measures = "cumulated:count,change:count"
    assert cells(aggregated(TREES, group_by="commune,month:date_releve", measures=measures), 2) == expected


@given(st.lists(ROWS, min_size=1, max_size=20))
@examples(60)
def test_empty_periods_are_groups_of_nothing(catalogue: object, rows: list[Row]) -> None:
    stored(rows)
    months = {row.day.replace(day=1) for row in rows if row.day}
    spanned = [month for month in MONTHS if months and min(months) <= month <= max(months)]
    counts = Counter((row.commune, row.day and row.day.replace(day=1)) for row in rows)
    places = {row.commune for row in rows}
    expected = {(code, month): counts[code, month] for code in places for month in spanned} | counts
    asked = aggregated(TREES, group_by="commune,month:date_releve", empty="true")
    assert (cells(asked, 2), asked.matched) == (expected, len(rows))


@given(st.lists(ROWS, min_size=1, max_size=14))
@examples(60)
def test_series_are_the_columns_in_the_order_asked(catalogue: object, rows: list[Row]) -> None:
    stored(rows)
    expected = {}
    for code in {row.commune for row in rows}:
        members = [row for row in rows if row.commune == code]
        expected[code, "precision_position"] = total([row.precision for row in members])
        expected[code, "hauteur"] = total([row.height for row in members])
    asked = aggregated(TREES, group_by="commune", series="hauteur,precision_position")
    assert cells(asked, 2) == {
        key: pytest.approx(value) if value else value for key, value in expected.items()
    }
    assert [row[1] for row in asked.rows] == ["hauteur", "precision_position"] * len(
        {row.commune for row in rows}
    )
    assert asked.matched == len(rows)


def test_measures_of_series_are_those_of_their_values(catalogue: object) -> None:
    stored([Row(MEUDON, None, 2.0, 1), Row(MEUDON, None, 4.0, None), Row(SEVRES, None, 9.0, 3)])
    asked = aggregated(
        TREES, series="precision_position,hauteur", measures="count,avg:value,max:value,share:sum:value"
    )
    assert cells(asked) == {
        "precision_position": (3, 2.0, 3.0, pytest.approx(400 / 19)),
        "hauteur": (3, 5.0, 9.0, pytest.approx(1500 / 19)),
    }


def test_series_have_the_titles_of_their_columns(catalogue: object) -> None:
    stored([Row(MEUDON, None, 2.0, 1)])
    key = aggregated(TREES, series="hauteur").columns[0]
    assert key.label("hauteur") == RemarkableTree._meta.get_field("hauteur").verbose_name


def test_a_group_of_a_commune_is_compared_to_its_inhabitants(catalogue: object) -> None:
    peopled()
    Commune.objects.filter(code=SEVRES).update(population=None)
    stored([Row(code, None, 3.0, None) for code in (MEUDON, MEUDON, BOULOGNE, SEVRES)])
    measures = "per_inhabitant:count,per_inhabitant:sum:hauteur"
    assert cells(aggregated(TREES, group_by="commune", measures=measures)) == {
        MEUDON: (0.5, 1.5),
        BOULOGNE: (0.1, pytest.approx(0.3)),
        SEVRES: (None, None),
    }


@pytest.mark.parametrize(
    ("portal", "commune", "expected"),
    [("", "", 4 / 16), (MEUDON, "", 2 / 4), ("", f"{MEUDON},{BOULOGNE}", 3 / 14), (MEUDON, MEUDON, 2 / 4)],
)
def test_another_group_is_compared_to_the_inhabitants_of_the_territory(
    catalogue: object, portal: str, commune: str, expected: float
) -> None:
    peopled()
    stored([Row(code, None, None, None) for code in (MEUDON, MEUDON, BOULOGNE, SEVRES)])
    asked = {"commune": commune} if commune else {}
    result = aggregated(TREES, portal=portal, measures="per_inhabitant:count", **asked)
    assert result.rows == ((pytest.approx(expected),),)


def test_a_territory_of_unknown_inhabitants_has_no_density(catalogue: object) -> None:
    peopled()
    Commune.objects.filter(code=SEVRES).update(population=None)
    stored([Row(MEUDON, None, None, None)])
    assert aggregated(TREES, measures="per_inhabitant:count").rows == ((None,),)


def test_a_group_is_compared_to_the_ground_of_its_commune(catalogue: object) -> None:
    stored([Row(MEUDON, None, None, None), Row(MEUDON, None, None, None)])
    ((area,),) = sql(f"SELECT ST_Area(geom::geography) FROM layers_commune WHERE code = '{MEUDON}'")
    found = cells(aggregated(TREES, group_by="commune", measures="per_km2:count"))
    assert found == {MEUDON: pytest.approx(2e6 / area)}


@pytest.mark.parametrize(
    ("measure", "expression"),
    [
        ("stddev:hauteur", "stddev_samp(hauteur)"),
        ("ratio:2.5*sum:hauteur/count", "2.5 * sum(hauteur) / nullif(count(*), 0)"),
        ("ratio:avg:hauteur/p90:hauteur", "avg(hauteur) / percentile_cont(0.9) WITHIN GROUP (ORDER BY hauteur)"),
        ("share:sum:hauteur", "100 * sum(hauteur) / sum(sum(hauteur)) OVER ()"),
        ("change:avg:hauteur", "avg(hauteur) - lag(avg(hauteur)) OVER (ORDER BY date_trunc('year', date_releve))"),
        ("cumulated:sum:hauteur", "sum(sum(hauteur)) OVER (ORDER BY date_trunc('year', date_releve))"),
        ("change:median:hauteur",
         "percentile_cont(0.5) WITHIN GROUP (ORDER BY hauteur) - lag(percentile_cont(0.5) WITHIN GROUP"
         " (ORDER BY hauteur)) OVER (ORDER BY date_trunc('year', date_releve))"),
    ],
)  # fmt: skip
def test_a_measure_is_that_of_plain_sql(catalogue: object, measure: str, expression: str) -> None:
    with factories.in_bulk():
        for number in range(24):
            day = dt.date(2020 + number % 4, 5, 1)
            factories.tree(hauteur=float((number * 7) % 11) + 1, date_releve=day)
    expected = sql(
        f"SELECT date_trunc('year', date_releve)::date, {expression} FROM heritage_remarkabletree"
        " GROUP BY date_trunc('year', date_releve) ORDER BY 1"
    )
    found = aggregated(TREES, group_by="year:date_releve", measures=measure)
    assert found.rows == tuple(
        (year, value if value is None else pytest.approx(value)) for year, value in expected
    )


@pytest.mark.parametrize("key", ["width5:hauteur", "bins3:hauteur"])
def test_running_totals_follow_bins(catalogue: object, key: str) -> None:
    with factories.in_bulk():
        for height in (1.0, 2.0, 6.0, 11.0, 12.0):
            factories.tree(hauteur=height)
    factories.tree(hauteur=None)
    result = aggregated(TREES, group_by=key, measures="cumulated:count")
    assert [row[1] for row in result.rows][-2:] == [5, None]


def test_a_difference_to_a_bin_without_rows_is_to_nothing(catalogue: object) -> None:
    with factories.in_bulk():
        for height in (1.0, 2.0, 6.0, 16.0, 17.0, 18.0):
            factories.tree(hauteur=height)
    found = cells(aggregated(TREES, group_by="width5:hauteur", measures="change:count,change:avg:hauteur"))
    assert found == {0.0: (None, None), 5.0: (-1, 4.5), 15.0: (3, None)}


def test_years_written_as_numbers_are_followed(catalogue: object) -> None:
    with factories.in_bulk():
        for position in (5, 5, 10, 20):
            factories.tree(precision_position=position)
    found = cells(aggregated(TREES, group_by="precision_position", measures="cumulated:count,change:count"))
    assert list(found.values()) == [(2, None), (3, -1), (4, 0)]


def test_groups_are_sorted_on_derived_measures(catalogue: object) -> None:
    stored([Row(code, None, None, None) for code in (MEUDON, MEUDON, BOULOGNE, SEVRES, SEVRES, SEVRES)])
    result = aggregated(TREES, group_by="commune", measures="share:count", sortby="-share:count", limit="2")
    assert [row[0] for row in result.rows] == [SEVRES, MEUDON]


@pytest.mark.parametrize(
    ("measure", "unit"),
    [
        ("share:count", "%"),
        ("ratio:sum:hauteur/count", "m"),
        ("ratio:sum:hauteur/avg:hauteur", ""),
        ("ratio:count/sum:hauteur", "/m"),
        ("ratio:100*count/sum:hauteur", "/100 m"),
        ("ratio:100*sum:hauteur/avg:hauteur", "%"),
        ("per_km2:sum:hauteur", "m/km²"),
        ("per_inhabitant:count", ""),
    ],
)
def test_a_derived_measure_has_a_unit(catalogue: object, measure: str, unit: str) -> None:
    assert aggregated(TREES, measures=measure).columns[0].unit == unit


def test_nothing_has_no_share(catalogue: object) -> None:
    measures = "count,share:count,ratio:count/count,per_inhabitant:count"
    assert aggregated(TREES, measures=measures).rows == ((0, None, None, None),)


def test_rows_are_dated_by_any_field(catalogue: object) -> None:
    stored([Row(MEUDON, day, None, None) for day in (None, *(month.replace(day=9) for month in MONTHS))])
    assert aggregated(TREES, period="date_releve:2024-02-09/2024-04-08").rows == ((2,),)


def test_a_chart_has_a_bounded_number_of_empty_periods(catalogue: object) -> None:
    with factories.in_bulk():
        for year in (1200, 2024):
            factories.tree(date_releve=dt.date(year, 1, 1))
    with pytest.raises(InvalidParameter, match=str(MAX_BLANK)) as caught:
        aggregated(TREES, group_by="day:date_releve", empty="true")
    assert caught.value.parameter == "empty"


@pytest.mark.parametrize(
    ("asked", "culprit"),
    [
        ({"group_by": "genre", "measures": "cumulated:count"}, "measures"),
        ({"measures": "change:count"}, "measures"),
        ({"measures": "ratio:max:date_releve/count"}, "measures"),
        ({"measures": "share:area"}, "measures"),
        ({"measures": "share:sum:genre"}, "measures"),
        ({"group_by": "year:date_releve,month:date_releve", "empty": "true"}, "empty"),
        ({"group_by": "genre", "empty": "true"}, "empty"),
        ({"series": "genre"}, "series"),
        ({"period": "genre:2024-01-01"}, "period"),
    ],
)
def test_what_does_not_fit_the_layer_names_its_parameter(
    catalogue: object, asked: dict[str, str], culprit: str
) -> None:
    with pytest.raises(InvalidParameter) as caught:
        aggregated(TREES, **asked)
    assert caught.value.parameter == culprit


@pytest.mark.parametrize(
    ("asked", "culprit"),
    [
        ({"measures": "share:sum:matricule"}, "measures"),
        ({"measures": "ratio:count/distinct:matricule"}, "measures"),
        ({"series": "matricule"}, "series"),
        ({"period": "matricule:2024-01-01"}, "period"),
        ({"measures": "sum:value"}, "measures"),
        ({"group_by": "series"}, "group_by"),
    ],
)
def test_a_hidden_property_is_refused_like_an_unknown_one(
    world: object, asked: dict[str, str], culprit: str
) -> None:
    with pytest.raises(UnknownProperty) as hidden:
        aggregated(TREES, PUBLIC, **asked)
    assert hidden.value.parameter == culprit


def test_areas_have_shares(catalogue: object) -> None:
    factories.zone("A", typezone="U")
    factories.zone("B", typezone="N")
    found = cells(aggregated(ZONES, group_by="typezone", measures="share:area"))
    assert found == {"U": pytest.approx(50), "N": pytest.approx(50)}
