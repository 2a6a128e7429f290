"""The rows that a version changes: what they are called, how far they move, a page of a kind at a time."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from datasets.comparison import presenters, queries
from datasets.comparison.presenters import ChangedRow, Comparison, comparison_of, positions_of
from datasets.comparison.queries import ChangeQuestion, parse_changes
from datasets.definitions import DatasetSchema, GeometryRecipe
from datasets.models import Delivery
from datasets.vocabulary import DeliveryState, GeometryKind
from layers.errors import InvalidParameter
from layers.visitor import system_visitor
from tests.deliveries import BENCHES, bench, dataset, deliver, field, published

pytestmark = pytest.mark.usefixtures("communes")

HERE = (2.21, 48.81)
NORTH = (2.21, 48.811)  # 111.2 m away on the ellipsoid, where a degree of latitude has 111,203 m
NEAR = (2.21, 48.8100009)  # ten centimetres


def compared(delivery: Delivery, question: ChangeQuestion | None = None) -> Comparison:
    result = comparison_of(system_visitor(), delivery, question)
    assert result is not None
    return result


def versions(before: list[Any], after: list[Any], schema: DatasetSchema = BENCHES) -> Delivery:
    """Publish a version and load the next one."""
    made = dataset(schema=schema)
    published(made, *before, schema=schema)
    return deliver(made, *after, schema=schema)


def row(delivery: Delivery, kind: str = "changed") -> ChangedRow:
    return next(change for change in compared(delivery).page_rows if change.kind == kind)


def test_row_says_how_far_it_moves_and_which_way() -> None:
    delivery = versions([bench("B1", at=HERE)], [bench("B1", at=NORTH)])
    move = row(delivery).move
    assert move is not None
    assert move.distance == "111\u00a0m"
    assert (move.start, move.end) == ([2.21, 48.81], [2.21, 48.811])
    line, point = positions_of(compared(delivery))["features"]
    assert line["geometry"]["coordinates"] == [[2.21, 48.81], [2.21, 48.811]]
    assert point["properties"]["name"] == "Banc (B1) : déplacement de 111 m"


def test_a_position_rounded_by_a_file_of_text_did_not_move() -> None:
    delivery = versions([bench("B1", at=(2.2385000499, 48.81))], [bench("B1", at=(2.2385, 48.81))])
    assert (delivery.comparison["changed"], delivery.comparison["unchanged"]) == (0, 1)


def test_a_corrected_position_is_told_in_centimetres() -> None:
    move = row(versions([bench("B1", at=HERE)], [bench("B1", at=NEAR)])).move
    assert move is not None
    assert move.distance == "10\u00a0cm"


def test_values_alike_once_rounded_are_written_whole_with_the_comma_of_the_page() -> None:
    delivery = versions([bench("B1", prix="12,50001")], [bench("B1", prix="12,50002")])
    assert row(delivery).cells == (("prix", "12,50001", "12,50002"),)


def test_rows_whose_columns_go_are_not_called_unchanged() -> None:
    to = dataset()
    published(to, bench("B1"))
    to.refresh_from_db()
    fields = tuple(field for field in BENCHES.fields if field.name != "prix")
    lines = [value for index, value in enumerate(bench("B1")) if index != 3]
    titles = ("code", "nom", "places", "neuf", "pose", "lon", "lat")
    delivery = deliver(
        to,
        lines,
        schema=replace(BENCHES, fields=fields),
        titles=titles,
        recipe=GeometryRecipe("lonlat", (5, 6)),
    )
    result = compared(delivery)
    assert (result.unchanged, result.has_new_schema, result.is_empty) == (1, True, False)
    assert compared(deliver(to, bench("B1"))).is_empty


def test_the_moves_of_a_version_are_summed_up_and_the_furthest_comes_first() -> None:
    before = [bench(code, at=HERE) for code in ("B1", "B2", "B3")]
    after = [bench("B1", at=NEAR), bench("B2", at=HERE), bench("B3", at=NORTH)]
    result = compared(versions(before, after), ChangeQuestion("moved"))
    assert (result.moved, result.largest) == (2, "111\u00a0m")
    assert [change.key for change in result.page_rows] == ["B3", "B1"]


def test_a_surface_that_grows_says_its_area_before_and_after_and_how_far_its_outline_goes() -> None:
    schema = replace(
        BENCHES, geometry=GeometryKind.SURFACE, fields=(field("code"), field("nom")), title_field=""
    )
    made = dataset(schema=schema)

    def version(east: float) -> list[str]:
        return [
            "B1",
            "Pelouse",
            f"POLYGON((2.21 48.81, {east} 48.81, {east} 48.811, 2.21 48.811, 2.21 48.81))",
        ]

    reading = {"schema": schema, "titles": ("code", "nom", "wkt"), "recipe": GeometryRecipe("wkt", (2,))}
    published(made, version(2.211), **reading)
    move = row(deliver(made, version(2.212), **reading)).move
    assert move is not None
    assert (move.before, move.after) == ("8\u202f168\u00a0m²", "1,63\u00a0ha")
    assert (
        move.summary == "tracé décalé de 73,5\u00a0m au plus"
    )  # the side that moves; the middle goes half of it


KEYLESS = replace(BENCHES, key=())
EXACT, ROUNDED = (2.2385123456, 48.8100987654), (2.238512, 48.810099)


def counts(delivery: Delivery) -> dict[str, int]:
    """Return what a version adds, removes and changes."""
    return {name: delivery.comparison[name] for name in ("added", "removed", "changed")}


def test_rows_without_a_key_are_recognised_by_a_rounded_position() -> None:
    before = [bench("B1", at=EXACT), bench("B2", at=EXACT), bench("B3", at=HERE)]
    after = [bench("B1", at=ROUNDED), bench("B2", at=ROUNDED), bench("B3", at=HERE)]
    delivery = versions(before, after, KEYLESS)
    assert counts(delivery) == {"added": 0, "removed": 0, "changed": 2}
    assert row(delivery).move is not None


def test_positions_that_are_columns_too_are_recognised_when_rounded() -> None:
    located = replace(KEYLESS, fields=(*BENCHES.fields, field("lon", "number"), field("lat", "number")))
    delivery = versions([bench("B1", at=EXACT)], [bench("B1", at=ROUNDED)], located)
    assert counts(delivery) == {"added": 0, "removed": 0, "changed": 1}


def test_alike_rows_take_the_nearest_position_each() -> None:
    east = (HERE[0] + 8e-6, HERE[1])  # 59 cm away
    closer = (HERE[0] + 7e-6, HERE[1])
    delivery = versions([bench(at=HERE), bench(at=east)], [bench(at=closer), bench(at=HERE)], KEYLESS)
    assert counts(delivery) == {"added": 0, "removed": 0, "changed": 1}
    assert row(delivery).move is not None


def test_equal_rows_are_recognised_one_each() -> None:
    delivery = versions([bench(at=EXACT)] * 3, [bench(at=ROUNDED)] * 2, KEYLESS)
    assert counts(delivery) == {"added": 0, "removed": 1, "changed": 2}


@pytest.mark.parametrize(
    "after", [bench("B1", "Neuf", at=ROUNDED), bench("B1", at=NORTH)], ids=["another value", "far away"]
)
def test_another_value_or_place_is_another_row_without_a_key(after: list[str | None]) -> None:
    delivery = versions([bench("B1", at=EXACT)], [after], KEYLESS)
    assert counts(delivery) == {"added": 1, "removed": 1, "changed": 0}


def test_rounded_outlines_without_a_key_are_recognised() -> None:
    schema = replace(KEYLESS, geometry=GeometryKind.SURFACE, fields=(field("nom"),), title_field="")
    reading = {"schema": schema, "titles": ("nom", "wkt"), "recipe": GeometryRecipe("wkt", (1,))}
    made = dataset(schema=schema)

    def outline(precision: int) -> list[str]:
        corners = [(2.2100123456, 48.81), (2.2111234567, 48.81), (2.2111234567, 48.8112345678)]
        texts = [f"{x:.{precision}f} {y:.{precision}f}" for x, y in [*corners, corners[0]]]
        return ["Pelouse", f"POLYGON(({', '.join(texts)}))"]

    published(made, outline(10), **reading)
    assert counts(deliver(made, outline(6), **reading)) == {"added": 0, "removed": 0, "changed": 1}


@pytest.mark.parametrize(
    ("schema", "name", "key"),
    [
        (BENCHES, "Neuf", "B1"),
        (replace(BENCHES, title_field=""), "B1", ""),
        (replace(BENCHES, title_field="", key=("code", "nom")), "B1 · Neuf", ""),
        (replace(BENCHES, title_field="", key=()), "B1 · Neuf", ""),
    ],
    ids=["title and key", "key", "key of two", "first values"],
)
def test_a_row_is_called_by_its_title_or_its_key_never_by_its_number(
    schema: DatasetSchema, name: str, key: str
) -> None:
    delivery = versions([bench("B0")], [bench("B0"), bench("B1", "Neuf")], schema)
    change = row(delivery, "added")
    assert (change.name, change.key) == (name, key)


def test_values_are_told_as_the_portal_writes_them() -> None:
    delivery = versions(
        [bench("B1", prix="1,5", neuf="oui")], [bench("B1", prix="2,25", neuf="non", pose="1/2/2025")]
    )
    assert row(delivery).cells == (
        ("prix", "1,5", "2,25"),
        ("neuf", "Oui", "Non"),
        ("pose", "31 décembre 2024", "1er février 2025"),
    )


def test_rows_of_a_kind_are_read_a_page_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (queries, presenters):
        monkeypatch.setattr(module, "PAGE_ROWS", 2)
    delivery = versions([bench("B0")], [bench("B0"), *(bench(f"N{number}") for number in range(5))])
    pages = [compared(delivery, ChangeQuestion("added", number)) for number in (1, 2, 3)]
    assert [[change.key for change in page.page_rows] for page in pages] == [
        ["N0", "N1"],
        ["N2", "N3"],
        ["N4"],
    ]
    assert [page.has_next for page in pages] == [True, True, False]


def test_the_first_rows_stay_when_a_table_is_gone() -> None:
    delivery = versions([bench("B1"), bench("B2")], [bench("B1", "Neuf"), bench("B2")])
    Delivery.objects.filter(number=1).update(state=DeliveryState.THINNED)
    result = compared(delivery, ChangeQuestion("changed"))
    assert ([change.name for change in result.page_rows], result.has_tables) == (["Neuf"], False)


def test_many_rows_that_disappear_are_warned_of() -> None:
    before = [bench(f"B{number}") for number in range(10)]
    some = versions(before, before[:8])
    assert (compared(some).loses_much, compared(some).removed_percent) == (True, 20)
    assert compared(deliver(some.dataset, *before[:9])).loses_much is False


@pytest.mark.parametrize(("name", "value"), [("sorte", "perdues"), ("suite", "0"), ("suite", "²")])
def test_an_address_that_asks_no_kind_or_page_names_the_culprit(name: str, value: str) -> None:
    with pytest.raises(InvalidParameter) as refused:
        parse_changes({name: value})
    assert refused.value.parameter == name
