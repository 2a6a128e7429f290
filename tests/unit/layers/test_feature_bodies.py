"""A body that holds more values than any feature is refused before any of it is read."""

from __future__ import annotations

import json
from typing import Any

import pytest

from layers.crs import CRS84
from layers.definitions import GeometryType
from layers.errors import InvalidFeature
from layers.parsing import feature
from layers.parsing.feature import MAX_VALUES, parse_feature

HEAD = b'{"type": "Feature", "properties": {}, "geometry": {"type": "LineString", "coordinates": ['
LARGE = {
    "positions": HEAD + b",".join([b"[2.2,48.8]"] * 400_000) + b"]}}",
    "numbers": HEAD + b"1," * 400_000 + b"1]}}",
    "opened lists": b"[" * 400_000,
    "objects": b'{"a":' * 400_000,
}


@pytest.mark.parametrize("body", LARGE.values(), ids=LARGE)
def test_a_body_of_too_many_values_is_not_read(monkeypatch: pytest.MonkeyPatch, body: bytes) -> None:
    read: list[Any] = []
    monkeypatch.setattr(feature.json, "loads", lambda *parts, **_named: read.append(parts))
    with pytest.raises(InvalidFeature, match=f"plus de {MAX_VALUES} valeurs"):
        parse_feature(body, {}, kind=GeometryType.LINE, crs=CRS84)
    assert read == []


def test_a_line_of_five_thousand_positions_is_read() -> None:
    line = {"type": "LineString", "coordinates": [[2 + number / 10_000, 48.8, 1] for number in range(5_000)]}
    body = json.dumps({"type": "Feature", "properties": {}, "geometry": line}).encode()
    assert parse_feature(body, {}, kind=GeometryType.LINE, crs=CRS84).geometry is not None


@pytest.mark.parametrize(
    "body",
    [
        b'{"type": "Feature", "properties": {}, "properties": {}, "geometry": null}',
        b'{"type": "Feature", "properties": {"nom": "a", "nom": "a"}, "geometry": null}',
    ],
    ids=["of the body", "of its properties"],
)
def test_a_member_that_is_given_twice_is_refused(body: bytes) -> None:
    with pytest.raises(InvalidFeature, match="deux fois"):
        parse_feature(body, {}, kind=GeometryType.POINT, crs=CRS84)
