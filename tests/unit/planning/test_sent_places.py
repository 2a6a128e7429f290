"""The body of a request about places, read without a database."""

from __future__ import annotations

import json

import pytest

from layers.errors import LayersError
from planning.bulk.parsing import MAX_PARCELS, sent_places

IDU = "92048000AB0123"


def test_identifiers_are_lines_from_one() -> None:
    sent = sent_places("application/json", json.dumps({"parcels": ["92048 000 AB 0123"]}).encode())
    assert [(line.number, line.text) for line in sent.lines] == [(1, IDU)]


def test_a_geometry_is_text_of_its_geojson() -> None:
    shape = {"type": "Point", "coordinates": [2.2, 48.8]}
    sent = sent_places("application/json", json.dumps({"geometry": shape}).encode())
    assert json.loads(sent.geometry) == shape


@pytest.mark.parametrize(
    ("body", "parameter"),
    [
        (b"[]", "body"),
        (b"[" * 20_000, "body"),
        (b"\xff{}", "body"),
        (b"{}", "parcels"),
        (b'{"parcels": []}', "parcels"),
        (b'{"parcels": "x"}', "parcels"),
        (b'{"parcels": ["92048000AB0123", null]}', "parcels[1]"),
        (json.dumps({"parcels": [IDU] * (MAX_PARCELS + 1)}).encode(), "parcels"),
        (b'{"geometry": null}', "geometry"),
        (b'{"geometry": {"type": "Point"}, "parcels": ["x"]}', "geometry"),
        (b'{"parcel": "x"}', "parcel"),
    ],
    ids=lambda each: str(each)[:40],
)
def test_a_fault_of_the_body_names_its_member(body: bytes, parameter: str) -> None:
    with pytest.raises(LayersError) as error:
        sent_places("application/json", body)
    assert error.value.parameter == parameter
