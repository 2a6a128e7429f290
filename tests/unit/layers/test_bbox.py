"""Bounding boxes: what is read, and every way to get one wrong."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from layers.crs import CRS84, LAMBERT_93, WEB_MERCATOR, WGS84, Crs
from layers.errors import InvalidBbox
from layers.parsing.geometry import parse_bbox


def test_four_numbers_are_west_south_east_north() -> None:
    assert parse_bbox("2.2,48.8,2.3,48.9").extent == (2.2, 48.8, 2.3, 48.9)


def test_heights_are_left_out() -> None:
    assert parse_bbox("2.2,48.8,0,2.3,48.9,100").extent == (2.2, 48.8, 2.3, 48.9)


def test_axis_order_of_the_authority_is_put_in_x_y() -> None:
    assert parse_bbox("48.8,2.2,48.9,2.3", crs=WGS84).extent == (2.2, 48.8, 2.3, 48.9)


@pytest.mark.parametrize("crs", [CRS84, WGS84, LAMBERT_93, WEB_MERCATOR], ids=lambda crs: crs.title)
def test_the_box_carries_its_srid(crs: Crs) -> None:
    text = "645000,6855000,650000,6860000" if crs is LAMBERT_93 else "1,1,2,2"
    assert parse_bbox(text, crs=crs).srid == crs.srid


def test_a_box_over_the_antimeridian_is_cut_in_two() -> None:
    assert [part.extent for part in parse_bbox("170,-10,-170,10")] == [
        (170.0, -10.0, 180.0, 10.0),
        (-180.0, -10.0, -170.0, 10.0),
    ]


@pytest.mark.parametrize(
    ("longitudes", "spans"),
    [
        ("-100,179", [(-100, 179)]),
        ("170,160", [(170, 180), (-180, 160)]),
        ("2.3,2.2", [(2.3, 180), (-180, 2.2)]),
        ("170,190", [(170, 180), (-180, -170)]),
        ("-190,-170", [(170, 180), (-180, -170)]),
        ("-250,20", [(110, 180), (-180, 20)]),
        ("-260,-200", [(100, 160)]),
        ("-181,179", [(-180, 180)]),
        ("-300,300", [(-180, 180)]),
        ("180,-170", [(-180, -170)]),
        ("180,180", [(180, 180)]),
        ("190,190", [(-170, -170)]),
    ],
)
def test_longitudes_go_round_the_world(longitudes: str, spans: list[tuple[float, float]]) -> None:
    west, east = longitudes.split(",")
    box = parse_bbox(f"{west},-10,{east},10")
    parts = [box] if box.geom_type == "Polygon" else list(box)
    assert [(part.extent[0], part.extent[2]) for part in parts] == spans


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2.2",
        "2.2,48.8,2.3",
        "2.2,48.8,2.3,48.9,1",
        "1,2,3,4,5,6,7",
        "a,b,c,d",
        "2.2,48.8,2.3,",
        "2.2 48.8 2.3 48.9",
        "nan,nan,nan,nan",
        "NaN,48.8,2.3,48.9",
        "inf,48.8,2.3,48.9",
        "-1e999,48.8,2.3,48.9",
        "2.2,48.8,2.3,148.9",
        "-541,48.8,2.3,48.9",
        "190,48.8,-170,48.9",
        "2.2,48.9,2.3,48.8",
        "2.2,48.8,100,2.3,48.9,0",
        "0x1,48.8,2.3,48.9",
        "2.2,48.8,2.3,48.9;DROP TABLE layers_layer",
    ],
)
def test_a_wrong_box_is_refused(text: str) -> None:
    with pytest.raises(InvalidBbox):
        parse_bbox(text)


def test_the_refusal_names_the_parameter() -> None:
    with pytest.raises(InvalidBbox) as caught:
        parse_bbox("1,2,3", parameter="bbox")
    assert caught.value.parameter == "bbox"


def test_bounds_swapped_by_axis_order_are_refused() -> None:
    with pytest.raises(InvalidBbox):
        parse_bbox("2.2,148.8,2.3,48.9", crs=CRS84)


@given(st.text(max_size=60))
def test_any_text_is_a_box_or_a_clear_refusal(text: str) -> None:
    try:
        box = parse_bbox(text)
    except InvalidBbox:
        return
    assert box.srid == 4326


@given(
    st.tuples(st.floats(-179, 0), st.floats(-89, 0)),
    st.tuples(st.floats(1, 179), st.floats(1, 89)),
)
def test_what_is_written_is_what_is_read(first: tuple[float, float], second: tuple[float, float]) -> None:
    text = ",".join(map(repr, (*first, *second)))
    assert parse_bbox(text).extent == (*first, *second)
