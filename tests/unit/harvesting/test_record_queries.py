"""Records are searched, sorted and paged as OGC API Records says."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from harvesting.records.parsing import parse_records
from harvesting.records.queries import select_records
from layers.errors import BadRequest, InvalidCursor
from metadata.records import Record
from tests.records import served_record

ORIGIN = "https://donnees.example.org"
TREES = served_record(
    "arbres", title="Arbres remarquables", keywords=("nature",), bounds=(2.1, 48.7, 2.2, 48.8)
)
CYCLES = served_record(
    "pistes", title="Pistes cyclables", keywords=(), abstract="Voies pour les vélos", former_id="velo@portail",
    bounds=(2.3, 48.8, 2.4, 48.9), period=(dt.date(2020, 1, 1), dt.date(2021, 12, 31)),
)  # fmt: skip
BINS = served_record(
    "bacs",
    title="Bacs à verre",
    keywords=(),
    abstract="",
    bounds=None,
    modified=dt.datetime(2026, 11, 2, tzinfo=dt.UTC),
)
RECORDS = [TREES, CYCLES, BINS]


def slugs(**parameters: str) -> list[str]:
    query = parse_records({name: [value] for name, value in parameters.items()})
    return [each.slug for each in select_records(RECORDS, query, origin=ORIGIN).records]


@pytest.mark.parametrize(
    ("parameters", "expected"),
    [
        ({}, ["arbres", "bacs", "pistes"]),
        ({"q": "VELOS"}, ["pistes"]),
        ({"q": "nature,verre"}, ["arbres", "bacs"]),
        ({"q": "arbres remarquables"}, ["arbres"]),
        ({"q": "remarquables arbres"}, []),
        ({"bbox": "2.0,48.6,2.25,48.85"}, ["arbres"]),
        ({"datetime": "2021-06-01/.."}, ["arbres", "bacs", "pistes"]),
        ({"datetime": "2022-01-01"}, ["arbres", "bacs"]),
        ({"type": "dataset"}, ["arbres", "bacs", "pistes"]),
        ({"type": "service,map"}, []),
        ({"ids": "arbres,velo@portail"}, ["arbres", "pistes"]),
        ({"externalIds": f"{ORIGIN}/explore/dataset/bacs/"}, ["bacs"]),
        ({"externalIds": "velo@portail"}, ["pistes"]),
        ({"sortby": "-title"}, ["pistes", "bacs", "arbres"]),
        ({"sortby": "-updated"}, ["bacs", "arbres", "pistes"]),
    ],
    ids=str,
)
def test_each_condition_narrows_the_records(parameters: dict[str, str], expected: list[str]) -> None:
    assert sorted(slugs(**parameters)) == sorted(expected)
    if "sortby" in parameters:
        assert slugs(**parameters) == expected


def pages(records: list[Record], **parameters: str) -> list[list[str]]:
    cursor, read = "", []
    while cursor or not read:
        values = parameters | ({"cursor": cursor} if cursor else {})
        query = parse_records({name: [value] for name, value in values.items()})
        page = select_records(records, query, origin=ORIGIN)
        read.append([each.slug for each in page.records])
        cursor = page.next
        records = [each for each in records if each.slug != "b"]  # withdrawn while somebody reads
    return read


@pytest.mark.parametrize("order", ["title", "-title", "-updated,title"])
def test_pages_hold_each_record_once_though_one_is_withdrawn_meanwhile(order: str) -> None:
    same = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
    records = [replace(TREES, slug=name, title=name, modified=same) for name in "abcde"]
    read = [slug for page in pages(records, limit="2", sortby=order) for slug in page]
    assert len(read) == len(set(read))
    assert {"a", "c", "d", "e"} - set(read) == set()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("offset", "2"), ("bbox", "1,2"), ("datetime", "hier"), ("limit", "0"), ("sortby", "licence"), ("ids", "a,,b"),
        ("externalIds", ""), ("type", ""), ("q", "x" * 201), ("cursor", ""),
    ],
)  # fmt: skip
def test_a_wrong_parameter_is_refused_by_its_name(name: str, value: str) -> None:
    with pytest.raises(BadRequest) as refused:
        parse_records({name: [value]})
    assert refused.value.parameter == name


@pytest.mark.parametrize("cursor", ["xx", "W10", "WyJ0aXRsZSJd"])
def test_a_cursor_of_another_order_is_refused(cursor: str) -> None:
    with pytest.raises(InvalidCursor):
        select_records(RECORDS, parse_records({"cursor": [cursor]}), origin=ORIGIN)
