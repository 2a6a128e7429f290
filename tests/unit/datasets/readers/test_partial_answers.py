"""A page of a service's answer, saved as a file, is told to be a part of the whole."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from datasets.readers.opening import open_source

FEATURE: dict[str, Any] = {
    "type": "Feature",
    "properties": {"nom": "Banc", "total_count": 90},
    "geometry": {"type": "Point", "coordinates": [2.2, 48.8]},
}
ROWS = [{"nom": "Banc", "total_count": 90}]
_GML = (
    '<wfs:FeatureCollection xmlns:wfs="http://www.opengis.net/wfs/2.0" xmlns:gml="http://www.opengis.net/gml/3.2"'
    ' xmlns:a="http://a" numberMatched="40" numberReturned="1"><wfs:member><a:banc gml:id="b.1"><a:nom>Banc</a:nom>'
    '<a:geom><gml:Point srsName="urn:ogc:def:crs:EPSG::2154"><gml:pos>640000 6860000</gml:pos></gml:Point></a:geom>'
    "</a:banc></wfs:member></wfs:FeatureCollection>"
)


def _features(**told: Any) -> str:
    return json.dumps({"type": "FeatureCollection", "features": [FEATURE]} | told)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("ogc.geojson", _features(links=[{"rel": "next", "title": "]}"}], numberMatched=40, timeStamp="}")),
        (
            "before.geojson",
            json.dumps({"type": "FeatureCollection", "numberMatched": 40, "features": [FEATURE]}),
        ),
        ("arcgis.geojson", _features(properties={"exceededTransferLimit": True}, exceededTransferLimit=True)),
        ("opendatasoft.json", json.dumps({"total_count": 40, "results": ROWS})),
        ("wfs.gml", _GML),
    ],
)
def test_a_page_of_an_answer_is_said_to_be_no_whole_file(tmp_path: Path, name: str, content: str) -> None:
    assert "partial_answer" in _codes(tmp_path / name, content)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("whole.geojson", _features(numberMatched=1)),
        ("property.geojson", _features()),
        ("whole.json", json.dumps({"total_count": 1, "results": ROWS})),
        ("list.json", json.dumps(ROWS)),
        ("whole.gml", _GML.replace('"40"', '"1"')),
    ],
)
def test_a_whole_answer_and_a_column_of_that_name_are_no_page(
    tmp_path: Path, name: str, content: str
) -> None:
    assert "partial_answer" not in _codes(tmp_path / name, content)


def _codes(path: Path, content: str) -> set[str]:
    path.write_text(content)
    with open_source(path) as source:
        assert len(list(source.rows())) == 1
        return {finding.code for finding in source.findings}
