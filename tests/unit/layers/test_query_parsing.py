"""Parameters of a request for features: each is read once, or refused by name."""

from urllib.parse import parse_qs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from layers.crs import CRS84, LAMBERT_93
from layers.errors import InvalidCursor, InvalidGeometry, InvalidParameter, LayersError, UnknownParameter
from layers.parsing import FeatureQuery, SortKey, parse_query, single_values
from layers.parsing.query import DEFAULT_LIMIT, MAX_LIMIT, MAX_RADIUS_M, MAX_TEXT, PARAMETERS


def read(text: str, *allowed: str) -> FeatureQuery:
    return parse_query(parse_qs(text, keep_blank_values=True), allowed=allowed)


def test_nothing_asked_is_everything_a_page_at_a_time() -> None:
    query = read("")
    assert query.limit == DEFAULT_LIMIT
    assert query.crs == CRS84
    assert query.fingerprint == ()


def test_an_unknown_parameter_is_named() -> None:
    with pytest.raises(UnknownParameter) as caught:
        read("couleur=bleu")
    assert caught.value.parameter == "couleur"


def test_a_parameter_of_the_protocol_is_let_through() -> None:
    assert read("f=html", "f") == FeatureQuery()


def test_a_parameter_given_twice_is_refused() -> None:
    with pytest.raises(InvalidParameter) as caught:
        read("limit=1&limit=2")
    assert caught.value.parameter == "limit"


@pytest.mark.parametrize("name", PARAMETERS)
def test_a_null_character_is_refused_in_every_parameter(name: str) -> None:
    with pytest.raises(InvalidParameter) as caught:
        parse_query({name: ["a\x00b"]})
    assert caught.value.parameter == name


@pytest.mark.parametrize(
    "text",
    ["0", "-1", "abc", "", "1.5", "1e3", " 1", "+1", "1 ", "1e9", "000", "٣", "1_000", "NaN"],
)
def test_a_limit_out_of_bounds_is_refused(text: str) -> None:
    with pytest.raises(InvalidParameter) as caught:
        parse_query({"limit": [text]})
    assert caught.value.parameter == "limit"


@pytest.mark.parametrize("text", [f"{MAX_LIMIT}", f"{MAX_LIMIT + 1}", "9" * 400])
def test_a_limit_over_the_maximum_is_the_maximum(text: str) -> None:
    assert read(f"limit={text}").limit == 1_000_000


def test_near_is_a_point_and_a_radius_in_metres() -> None:
    near = read("near=2.21,48.81&radius=250.5").near
    assert near is not None
    assert near.point.coords == (2.21, 48.81)
    assert near.point.srid == 4326
    assert near.radius_m == 250.5


@pytest.mark.parametrize(
    "text", ["", "2.2", "2.2,48.8,1", "a,b", "nan,48", "inf,48", "181,0", "0,91", "2.2;48.8"]
)
def test_near_that_is_no_position_is_refused(text: str) -> None:
    with pytest.raises(InvalidGeometry) as caught:
        parse_query({"near": [text], "radius": ["10"]})
    assert caught.value.parameter == "near"


@pytest.mark.parametrize("text", ["", "0", "-1", "nan", "inf", "abc", str(MAX_RADIUS_M + 1), "1e400"])
def test_a_radius_out_of_bounds_is_refused(text: str) -> None:
    with pytest.raises(InvalidParameter) as caught:
        parse_query({"near": ["2.2,48.8"], "radius": [text]})
    assert caught.value.parameter == "radius"


@pytest.mark.parametrize("text", ["near=2.2,48.8", "radius=10"])
def test_near_and_radius_go_together(text: str) -> None:
    with pytest.raises(InvalidParameter) as caught:
        read(text)
    assert caught.value.parameter == "radius"


@pytest.mark.parametrize("name", ["bbox-crs", "filter-crs", "crs"])
def test_an_unknown_crs_is_refused_even_where_nothing_uses_it(name: str) -> None:
    with pytest.raises(InvalidParameter) as caught:
        parse_query({name: ["EPSG:1"]})
    assert caught.value.parameter == name


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("bbox-crs", "EPSG:2154"),
        ("filter-crs", "EPSG:4326"),
        ("filter-lang", "cql2-json"),
        ("radius", "10"),
    ],
)
def test_what_reads_another_parameter_is_refused_without_it(name: str, value: str) -> None:
    with pytest.raises(InvalidParameter) as caught:
        parse_query({name: [value], "q": ["jeu"]})
    assert caught.value.parameter == name


def test_an_empty_page_token_is_not_the_first_page() -> None:
    with pytest.raises(InvalidCursor):
        parse_query({"cursor": [""]})


def test_bbox_is_read_in_bbox_crs() -> None:
    box = read("bbox=645000,6855000,650000,6860000&bbox-crs=EPSG:2154").bbox
    assert box is not None
    assert box.srid == LAMBERT_93.srid


def test_sort_keys_keep_their_order_and_direction() -> None:
    assert read("sortby=-nom,%2Bid,hauteur").sort == (SortKey("nom", True), SortKey("id"), SortKey("hauteur"))


@pytest.mark.parametrize("text", ["", "nom,", ",nom", "nom,nom", "nom,-nom", "-", "nom,,id"])
def test_a_sort_without_distinct_names_is_refused(text: str) -> None:
    with pytest.raises(InvalidParameter) as caught:
        parse_query({"sortby": [text]})
    assert caught.value.parameter == "sortby"


@pytest.mark.parametrize("text", ["--nom", "-+nom", "+-nom"])
def test_only_one_sign_is_taken_off_a_sort_key(text: str) -> None:
    assert parse_query({"sortby": [text]}).sort[0].name == text[1:]


def test_no_property_is_a_choice() -> None:
    assert read("properties=").properties == ()


@pytest.mark.parametrize("text", ["nom,", "nom,nom", ","])
def test_properties_without_distinct_names_are_refused(text: str) -> None:
    with pytest.raises(InvalidParameter) as caught:
        parse_query({"properties": [text]})
    assert caught.value.parameter == "properties"


@pytest.mark.parametrize("text", ["", "a", "1,", "-1", "1.0", "1;2", "9" * 19, "²", "1,1,x"])
def test_ids_that_are_no_identifiers_are_refused(text: str) -> None:
    with pytest.raises(InvalidParameter) as caught:
        parse_query({"ids": [text]})
    assert caught.value.parameter == "ids"


def test_an_empty_commune_is_refused() -> None:
    with pytest.raises(InvalidParameter):
        parse_query({"commune": [""]})


def test_words_are_bounded() -> None:
    with pytest.raises(InvalidParameter) as caught:
        parse_query({"q": ["a" * (MAX_TEXT + 1)]})
    assert caught.value.parameter == "q"


def test_the_page_takes_no_part_in_the_fingerprint() -> None:
    assert (
        read("q=jeu&limit=1&sortby=nom&properties=nom&crs=EPSG:2154").fingerprint == read("q=jeu").fingerprint
    )


@pytest.mark.parametrize("text", ["q=jeu", "ids=1", "bbox=1,1,2,2", "commune=92048", "near=1,1&radius=2"])
def test_what_selects_takes_part_in_the_fingerprint(text: str) -> None:
    assert read(text).fingerprint != read("").fingerprint


def test_unknown_names_are_looked_for_before_anything_is_read() -> None:
    with pytest.raises(UnknownParameter):
        single_values({"limit": ["abc"], "rien": ["1"]}, allowed=("limit",))


@given(st.dictionaries(st.sampled_from(PARAMETERS), st.text(max_size=40), max_size=4))
def test_any_text_is_a_question_or_a_clear_refusal(given_parameters: dict[str, str]) -> None:
    try:
        query = parse_query({name: [text] for name, text in given_parameters.items()})
    except LayersError as error:
        assert error.parameter in {*given_parameters, "radius"}
    else:
        assert 1 <= query.limit <= MAX_LIMIT
