"""Aggregates give what Python computes from the same rows: groups, measures, periods and bins."""

from __future__ import annotations

import datetime as dt
import random
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from statistics import fmean, median
from typing import Any

import pytest
from pyproj import Geod
from shapely import from_wkb

from heritage.models import RemarkableTree
from layers.aggregates import AggregateResult
from layers.errors import InvalidParameter, UnknownProperty
from plui.models import ZoneUrba
from tests import factories
from tests.deliveries import bench, dataset, published
from tests.factories import BOULOGNE, MEUDON, SEVRES, box
from tests.people import PUBLIC
from tests.selections import aggregated, selected
from tests.world import TREES, ZONES, protect

pytestmark = pytest.mark.django_db
LINES = "plui-prescriptions-lin"
GENERA = ("Cedrus", "Platanus", "Quercus", "Épicéa")


@pytest.fixture
def trees(catalogue: object) -> list[RemarkableTree]:
    """Sixty trees of all communes and none, with missing heights and dates."""
    chance = random.Random(11)
    made = []
    with factories.in_bulk():
        for number in range(60):
            place: Any = chance.choice([SEVRES, MEUDON, BOULOGNE, (2.5, 48.9)])
            made.append(
                factories.tree(
                    f"Arbre {number}",
                    at=place,
                    genre=chance.choice(GENERA),
                    hauteur=chance.choice([None, *(step / 2 for step in range(10, 60))]),
                    precision_position=chance.choice([None, 5, 10, 20]),
                    date_releve=chance.choice(
                        [None, dt.date(2020, 1, 1) + dt.timedelta(chance.randrange(900))]
                    ),
                    critere=chance.sample(["dimensions", "historique", "age"], chance.randrange(3)),
                )
            )
    return list(RemarkableTree.objects.filter(pk__in=[tree.pk for tree in made]))


def rows(result: AggregateResult) -> dict[Any, Any]:
    """Return the last cell of each row by the others."""
    return {row[0] if len(row) == 2 else row[:-1]: row[-1] for row in result.rows}


def grouped(trees: Iterable[RemarkableTree], key: Callable[[RemarkableTree], Any]) -> dict[Any, list[float]]:
    groups: dict[Any, list[float]] = defaultdict(list)
    for tree in trees:
        groups[key(tree)] += [tree.hauteur] if tree.hauteur is not None else []
    return groups


def percentile(values: list[float], share: float) -> float:
    """Return the percentile by linear interpolation (``percentile_cont``)."""
    ordered = sorted(values)
    place = share * (len(ordered) - 1)
    low = int(place)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (ordered[high] - ordered[low]) * (place - low)


MEASURES: dict[str, Callable[[list[float]], Any]] = {
    "sum": sum,
    "avg": fmean,
    "min": min,
    "max": max,
    "median": median,
    "p90": lambda values: percentile(values, 0.9),
    "p12.5": lambda values: percentile(values, 0.125),
    "distinct": lambda values: len(set(values)),
}


@pytest.mark.parametrize("measure", MEASURES)
def test_a_measure_is_that_of_the_values_of_each_group(trees: list[RemarkableTree], measure: str) -> None:
    found = rows(aggregated(TREES, group_by="genre", measures=f"{measure}:hauteur"))
    expected = {
        genre: MEASURES[measure](values) for genre, values in grouped(trees, lambda t: t.genre).items()
    }
    assert found == pytest.approx(expected)


@pytest.mark.parametrize(("measure", "value"), [("sum", 20.2), ("max", 20.1), ("avg", 10.1)])
def test_a_computed_number_has_no_noise_of_binary_fractions(
    catalogue: object, measure: str, value: float
) -> None:
    factories.tree("Premier", hauteur=20.1)
    factories.tree("Second", hauteur=0.1)
    assert aggregated(TREES, measures=f"{measure}:hauteur").rows == ((value,),)


def test_a_stored_number_is_measured_as_it_is(catalogue: object) -> None:
    factories.tree("Seul", hauteur=20.1 + 0.1)
    assert aggregated(TREES, measures="max:hauteur").rows == ((20.200000000000003,),)


def test_counts_are_those_of_the_groups_and_no_value_is_one(trees: list[RemarkableTree]) -> None:
    result = aggregated(TREES, group_by="commune,precision_position")
    assert rows(result) == Counter((tree.commune_id, tree.precision_position) for tree in trees)
    assert result.matched == 60
    assert result.groups == len(result.rows)
    assert result.beyond == 0


def test_communes_come_with_their_names(trees: list[RemarkableTree]) -> None:
    column = aggregated(TREES, group_by="commune").columns[0]
    assert [column.label(code) for code in (SEVRES, None)] == ["Sèvres", "Non renseigné"]


def test_codes_come_with_their_labels(catalogue: object) -> None:
    factories.zone("UA", typezone="AUc")
    column = aggregated(ZONES, group_by="typezone").columns[0]
    assert column.labels["AUc"] == ZoneUrba(typezone="AUc").get_typezone_display()


def test_labels_have_the_order_of_their_list_in_every_process(catalogue: object) -> None:
    codes = [code for code, _ in ZoneUrba._meta.get_field("typezone").flatchoices]
    for code in codes:
        factories.zone(code, typezone=code)
    assert list(aggregated(ZONES, group_by="typezone").columns[0].labels) == codes


def test_a_list_is_grouped_by_its_elements_and_features_are_still_counted_once(
    trees: list[RemarkableTree],
) -> None:
    result = aggregated(TREES, group_by="critere")
    nothing: list[str | None] = [None]
    expected = Counter(code for tree in trees for code in (tree.critere or nothing))
    assert rows(result) == expected
    assert result.matched == 60
    assert result.columns[0].counts_once is False


def test_an_element_given_twice_is_counted_once(catalogue: object) -> None:
    factories.tree(critere=["age", "age"])
    assert rows(aggregated(TREES, group_by="critere")) == {"age": 1}


PERIODS: dict[str, Callable[[dt.date], dt.date]] = {
    "year": lambda day: day.replace(month=1, day=1),
    "quarter": lambda day: day.replace(month=day.month - (day.month - 1) % 3, day=1),
    "month": lambda day: day.replace(day=1),
    "week": lambda day: day - dt.timedelta(day.weekday()),
    "day": lambda day: day,
}


@pytest.mark.parametrize("period", PERIODS)
def test_dates_are_grouped_by_periods(trees: list[RemarkableTree], period: str) -> None:
    days = [tree.date_releve for tree in trees]
    expected = Counter(None if day is None else PERIODS[period](day) for day in days)
    assert rows(aggregated(TREES, group_by=f"{period}:date_releve")) == expected


def test_the_earliest_and_the_latest_date_are_dates(trees: list[RemarkableTree]) -> None:
    days = [tree.date_releve for tree in trees if tree.date_releve]
    assert aggregated(TREES, measures="min:date_releve,max:date_releve").rows == ((min(days), max(days)),)


@pytest.mark.parametrize("width", ["5", "2.5", "0.1"])
def test_bins_of_a_width_start_at_its_multiples(trees: list[RemarkableTree], width: str) -> None:
    found = rows(aggregated(TREES, group_by=f"width{width}:hauteur"))
    heights = [tree.hauteur for tree in trees]
    expected = Counter(
        None if h is None else round(round(h * 10) // round(float(width) * 10) * float(width), 6)
        for h in heights
    )
    assert found == expected


@pytest.mark.parametrize("count", [1, 7, 30])
def test_equal_bins_go_from_the_lowest_to_the_highest_value(trees: list[RemarkableTree], count: int) -> None:
    result = aggregated(TREES, group_by=f"bins{count}:hauteur")
    heights = [tree.hauteur for tree in trees if tree.hauteur is not None]
    bins = result.columns[0].bins
    assert bins is not None
    edges: list[Any] = list(bins.edges)
    expected = Counter(max(edge for edge in edges[:-1] if edge <= height) for height in heights)
    found = rows(result)
    assert found.pop(None) == 60 - len(heights)
    assert edges[0] == min(heights)
    assert edges[-1] == max(heights)
    assert len(edges) == count + 1
    assert found == expected


def test_equal_bins_of_whole_numbers_have_a_whole_width(trees: list[RemarkableTree]) -> None:
    result = aggregated(TREES, group_by="bins3:precision_position")
    bins = result.columns[0].bins
    assert bins is not None
    assert (bins.edges, bins.has_closed_end) == ((5, 11, 17, 23), False)
    expected = Counter({5: 5, 10: 5, 20: 17, None: None}[tree.precision_position] for tree in trees)
    assert rows(result) == expected


def test_one_value_makes_one_bin(catalogue: object) -> None:
    factories.tree(hauteur=12.0)
    result = aggregated(TREES, group_by="bins5:hauteur")
    bins = result.columns[0].bins
    assert bins is not None
    assert (result.rows, bins.edges) == (((12.0, 1),), (12.0, 12.0))


def test_groups_come_in_the_order_asked_and_no_value_last(trees: list[RemarkableTree]) -> None:
    counts = Counter(tree.precision_position for tree in trees)
    expected = sorted(counts.items(), key=lambda item: (-item[1], item[0] is None, item[0]))
    assert aggregated(TREES, group_by="precision_position", sortby="-count").rows == tuple(expected)
    down = aggregated(TREES, group_by="precision_position", sortby="-precision_position").rows
    assert [row[0] for row in down] == [20, 10, 5, None]


def test_texts_come_in_the_order_of_a_french_dictionary(trees: list[RemarkableTree]) -> None:
    assert [row[0] for row in aggregated(TREES, group_by="genre").rows] == [
        "Cedrus", "Épicéa", "Platanus", "Quercus",
    ]  # fmt: skip


def test_a_cut_answer_says_how_many_groups_are_beyond(trees: list[RemarkableTree]) -> None:
    result = aggregated(TREES, group_by="genre", limit="3")
    assert len(result.rows) == 3
    assert result.groups == 4
    assert result.beyond == 1
    assert result.is_cut is True


def test_filters_are_those_of_the_features(trees: list[RemarkableTree]) -> None:
    expected = Counter(t.genre for t in trees if t.commune_id == MEUDON and (t.hauteur or 0) > 10)
    assert rows(aggregated(TREES, group_by="genre", commune=MEUDON, filter="hauteur > 10")) == expected


def test_nothing_that_matches_is_no_group(trees: list[RemarkableTree]) -> None:
    result = aggregated(TREES, group_by="genre,bins5:hauteur", filter="hauteur > 1000")
    assert result.rows == ()
    assert result.matched == 0
    assert result.groups == 0


@pytest.mark.parametrize("narrowing", [{"filter": "hauteur > 1000"}, {"ids": "0"}])
def test_the_whole_of_nothing_is_one_row(trees: list[RemarkableTree], narrowing: dict[str, str]) -> None:
    result = aggregated(TREES, PUBLIC, measures="count,sum:hauteur,distinct:genre", **narrowing)
    assert result.rows == ((0, None, 0),)
    assert result.matched == 0
    assert result.groups == 1


def test_a_feature_across_a_border_answers_to_both_communes_and_is_counted_where_it_lies_most(
    catalogue: object,
) -> None:
    factories.zone("Frontière", geom=box(2.215, 48.805, 2.235, 48.815))
    by_filter = [aggregated(ZONES, commune=code).matched for code in (SEVRES, MEUDON, BOULOGNE)]
    assert by_filter == [0, 1, 1]
    assert rows(aggregated(ZONES, group_by="commune")) == {BOULOGNE: 1}


def test_a_feature_is_counted_in_the_communes_of_the_question_where_it_lies_most(catalogue: object) -> None:
    factories.zone("Frontière", geom=box(2.215, 48.805, 2.235, 48.815))
    assert rows(aggregated(ZONES, group_by="commune", commune=MEUDON)) == {MEUDON: 1}
    assert rows(aggregated(ZONES, group_by="commune", commune=f"{MEUDON},{BOULOGNE}")) == {BOULOGNE: 1}


def test_areas_and_lengths_are_those_of_the_spheroid(catalogue: object) -> None:
    geod = Geod(ellps="WGS84")
    shapes = [box(2.19, 48.805, 2.20, 48.81), box(2.19, 48.805, 2.23, 48.815)]
    with factories.in_bulk():
        for shape in shapes:
            factories.zone(geom=shape)
    area = sum(abs(geod.geometry_area_perimeter(from_wkb(bytes(shape.wkb)))[0]) for shape in shapes)
    assert aggregated(ZONES, measures="area").rows[0][0] == pytest.approx(area, rel=1e-6)
    factories.prescription_lin("Alignement", factories.line((2.19, 48.805), (2.20, 48.81), (2.21, 48.81)))
    length = geod.line_length([2.19, 2.20, 2.21], [48.805, 48.81, 48.81])
    assert aggregated(LINES, measures="length").rows[0][0] == pytest.approx(length, abs=0.001)


@pytest.mark.parametrize(
    ("slug", "parameter", "text"),
    [
        (TREES, "measures", "sum:genre"),
        (TREES, "measures", "avg:date_releve"),
        (TREES, "measures", "median:remarquable"),
        (TREES, "measures", "max:genre"),
        (TREES, "measures", "p50:critere"),
        (TREES, "measures", "area"),
        (TREES, "measures", "length"),
        (ZONES, "measures", "length"),
        (LINES, "measures", "area"),
        (TREES, "group_by", "year:hauteur"),
        (TREES, "group_by", "bins5:genre"),
        (TREES, "group_by", "width5:date_releve"),
        (TREES, "group_by", "day:critere"),
    ],
)
def test_what_does_not_fit_the_type_is_refused_by_name(
    catalogue: object, slug: str, parameter: str, text: str
) -> None:
    with pytest.raises(InvalidParameter) as caught:
        aggregated(slug, PUBLIC, **{parameter: text})
    assert (caught.value.parameter, text.partition(":")[2] in caught.value.detail) == (parameter, True)


@pytest.mark.parametrize(("parameter", "text"), [("group_by", "geom"), ("measures", "sum:geom")])
def test_what_is_not_a_property_is_refused(catalogue: object, parameter: str, text: str) -> None:
    with pytest.raises(UnknownProperty) as caught:
        aggregated(TREES, PUBLIC, **{parameter: text})
    assert caught.value.parameter == parameter


def test_a_hidden_commune_is_no_group(catalogue: object) -> None:
    protect(TREES, "commune")
    with pytest.raises(UnknownProperty):
        aggregated(TREES, group_by="commune")


def test_communes_have_no_commune(catalogue: object) -> None:
    with pytest.raises(UnknownProperty):
        aggregated("communes", group_by="commune")


def test_a_dataset_is_aggregated_like_a_coded_layer(catalogue: object) -> None:
    published(
        dataset(),
        bench("B1", at=MEUDON, places="2", prix="1,5"),
        bench("B2", at=MEUDON, places="4", prix="2,5", pose="01/02/2024"),
        bench("B3", at=SEVRES, places=None, prix=None),
    )
    found = aggregated("bancs", group_by="commune", measures="count,sum:places,avg:prix")
    assert found.rows == ((MEUDON, 2, 6, 2.0), (SEVRES, 1, None, None))
    assert rows(aggregated("bancs", group_by="year:pose,neuf")) == {(dt.date(2024, 1, 1), True): 3}


def rewrite(slug: str, name: str, value: float, where: dict[str, str] | None = None) -> None:
    """Write a value that no delivery would let through."""
    definition = selected(slug).scope.definition
    source = {name: field.source for name, field in definition.by_name.items()}
    rows = definition.model._default_manager.filter(**{source[key]: v for key, v in (where or {}).items()})
    assert rows.update(**{source[name]: value})


def test_numbers_that_json_cannot_write_count_as_no_value(catalogue: object) -> None:
    published(dataset(), *(bench(f"B{n}", prix=str(n)) for n in range(1, 5)))
    rewrite("bancs", "prix", float("nan"), where={"code": "B1"})
    rewrite("bancs", "prix", float("inf"), where={"code": "B2"})
    assert rows(aggregated("bancs", group_by="bins2:prix")) == {3.0: 1, 3.5: 1, None: 2}
    assert rows(aggregated("bancs", group_by="prix")) == {3.0: 1, 4.0: 1, None: 2}
    assert aggregated("bancs", measures="sum:prix,max:prix").rows == ((7.0, 4.0),)


def test_a_sum_too_large_to_be_written_is_refused(catalogue: object) -> None:
    published(dataset(), bench("B1"), bench("B2"))
    rewrite("bancs", "prix", 1e308)
    with pytest.raises(InvalidParameter) as caught:
        aggregated("bancs", measures="sum:prix")
    assert caught.value.parameter == "measures"


def test_a_weighted_mean_is_that_of_the_rows_with_a_value_and_a_weight(trees: list[RemarkableTree]) -> None:
    sums: dict[str, list[float]] = defaultdict(lambda: [0.0, 0.0])
    for tree in trees:
        if tree.hauteur is not None and tree.precision_position is not None:
            sums[tree.genre][0] += float(tree.hauteur) * float(tree.precision_position)
            sums[tree.genre][1] += float(tree.precision_position)
    expected = {genre: top / bottom if bottom else None for genre, (top, bottom) in sums.items()}
    result = rows(aggregated(TREES, group_by="genre", measures="avg:hauteur*precision_position"))
    assert {genre: result[genre] for genre in expected} == pytest.approx(expected)


def test_a_weighted_mean_is_titled_by_its_weight(trees: list[RemarkableTree]) -> None:
    column = aggregated(TREES, measures="avg:hauteur*precision_position").columns[0]
    assert "moyenne pondérée par" in column.title
    assert column.unit == "m"


@pytest.mark.parametrize(
    ("measure", "culprit"),
    [
        ("avg:hauteur*", "measures"),
        ("avg:*hauteur", "measures"),
        ("avg:hauteur*genre", "measures"),
        ("avg:hauteur*nulle_part", "measures"),
        ("avg:hauteur*hauteur*hauteur", "measures"),
        ("avg:days:date_releve..date_releve*hauteur", "measures"),
        ("sum:hauteur*precision_position", "measures"),
    ],
)
def test_what_is_no_weighted_mean_is_refused(catalogue: object, measure: str, culprit: str) -> None:
    with pytest.raises((InvalidParameter, UnknownProperty)) as refusal:
        aggregated(TREES, measures=measure)
    assert refusal.value.parameter == culprit
