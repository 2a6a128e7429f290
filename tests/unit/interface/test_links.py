"""Links of documents: every parameter is carried, changed or taken away, and encoded once."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interface.http.links import Link, RequestAddress, header, link, representations, with_carried
from interface.http.media_types import GEOJSON_SEQ, HTML

BASE = "http://localhost/api/collections/x/items"


@pytest.mark.parametrize(
    ("query", "changes", "expected"),
    [
        ({}, {}, BASE),
        ({"q": ["a b"]}, {}, f"{BASE}?q=a+b"),
        ({"q": ["é&="]}, {"cursor": "x"}, f"{BASE}?q=%C3%A9%26%3D&cursor=x"),
        ({"cursor": ["old"], "limit": ["2"]}, {"cursor": "new"}, f"{BASE}?limit=2&cursor=new"),
        ({"f": ["html"]}, {"f": ""}, BASE),
    ],
)
def test_an_address_carries_its_query(
    query: dict[str, list[str]], changes: dict[str, str], expected: str
) -> None:
    assert RequestAddress(BASE, query).with_query(**changes) == expected


@given(
    st.dictionaries(st.text(min_size=1, max_size=5), st.text(max_size=8), max_size=4).filter(
        lambda query: "cursor" not in query
    )
)
def test_what_is_asked_is_asked_again(query: dict[str, str]) -> None:
    storable = {
        k.encode(errors="replace").decode(): v.encode(errors="replace").decode() for k, v in query.items()
    }
    address = RequestAddress(BASE, {name: [value] for name, value in storable.items()}).with_query(cursor="x")
    read = parse_qs(urlsplit(address).query, keep_blank_values=True)
    assert read == {name: [value] for name, value in storable.items()} | {"cursor": ["x"]}


def test_a_link_without_title_has_none() -> None:
    assert link("self", BASE, "text/html") == {"rel": "self", "href": BASE, "type": "text/html"}


def test_a_document_and_its_page_point_at_each_other() -> None:
    links = representations(RequestAddress(BASE, {}), "application/json")
    assert [(each["rel"], each["type"]) for each in links] == [
        ("self", "application/json"),
        ("alternate", "text/html"),
    ]


def asked(size: int, media_type: str = "application/geo+json") -> list[Link]:
    """Return the links of a page whose question is ``size`` characters long."""
    address = RequestAddress(BASE, {"filter": ["x" * size]})
    around = [link("collection", "http://localhost/api/collections/x", "application/json")]
    following = link("next", address.with_query(cursor="c"), media_type)
    return [*representations(address, media_type, [media_type, HTML]), following, *around]


def relations(links: list[Link]) -> list[str]:
    return re.findall(r'rel="(\w+)"', header(links))


@pytest.mark.parametrize(
    ("size", "expected"),
    [
        (900, ["self", "alternate", "next", "collection"]),
        (1_400, ["self", "next", "collection"]),
        (2_000, ["next", "collection"]),
        (7_900, ["next"]),
        (8_200, ["collection"]),
        (262_144, ["collection"]),
    ],
)
def test_a_header_holds_the_links_there_is_room_for(size: int, expected: list[str]) -> None:
    assert relations(asked(size)) == expected


def test_the_page_before_goes_before_this_one() -> None:
    address = RequestAddress(BASE, {"filter": ["x" * 1_500]})
    links = [link(rel, address.with_query(), HTML) for rel in ("self", "alternate", "next", "prev")]
    assert relations(links) == ["next", "prev"]


@pytest.mark.parametrize("size", [8_200, 262_144])
def test_the_next_page_of_a_sequence_is_told_whatever_its_length(size: int) -> None:
    assert relations(asked(size, GEOJSON_SEQ)) == ["next"]


@pytest.mark.parametrize("size", range(0, 9_000, 500))
def test_a_header_stays_small(size: int) -> None:
    assert len(header(asked(size))) <= 8_192


def test_a_property_called_href_is_no_link() -> None:
    schema = {"properties": {"href": {"type": "string"}}}
    assert with_carried(schema, {"token": "geo_x"}, origin="http://localhost/") == schema
