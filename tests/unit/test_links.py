"""Links of documents: every parameter is carried, changed or taken away, and encoded once."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ogc.formats.links import Address, link, representations

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
    assert Address(BASE, query).with_query(**changes) == expected


@given(
    st.dictionaries(st.text(min_size=1, max_size=5), st.text(max_size=8), max_size=4).filter(
        lambda query: "cursor" not in query
    )
)
def test_what_is_asked_is_asked_again(query: dict[str, str]) -> None:
    storable = {
        k.encode(errors="replace").decode(): v.encode(errors="replace").decode() for k, v in query.items()
    }
    address = Address(BASE, {name: [value] for name, value in storable.items()}).with_query(cursor="x")
    read = parse_qs(urlsplit(address).query, keep_blank_values=True)
    assert read == {name: [value] for name, value in storable.items()} | {"cursor": ["x"]}


def test_a_link_without_title_has_none() -> None:
    assert link("self", BASE, "text/html") == {"rel": "self", "href": BASE, "type": "text/html"}


def test_a_document_and_its_page_point_at_each_other() -> None:
    links = representations(Address(BASE, {}), "application/json")
    assert [(each["rel"], each["type"]) for each in links] == [
        ("self", "application/json"),
        ("alternate", "text/html"),
    ]
