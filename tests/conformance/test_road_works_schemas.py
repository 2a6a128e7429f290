"""Feeds of road works against the schemas of DATEX II 3.1, WZDx 4.2 and CIFS v2, where they are at hand."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from jsonschema import Draft7Validator
from lxml import etree
from referencing import Registry, Resource

from roadworks.feeds.cifs import cifs_xml
from roadworks.feeds.datex2 import datex2
from roadworks.feeds.sites import Site, SiteEffect, SitePhase
from roadworks.feeds.wzdx import wzdx
from roadworks.periods import Rule
from roadworks.vocabulary import Direction, Impact, Mode, WorkNature
from tests.road_works import DAYS, NIGHTS, SECTIONS, paris, parts, public_site
from tests.wfs_schemas import SHARED

DATEX2 = SHARED / "datex2.eu" / "3.1-norway" / "DATEXII_3_D2Payload.xsd"
CIFS, WZDX = SHARED / "cifs" / "cifsv2.xsd", SHARED / "wzdx" / "4.2"
AT, NOW = paris("2027-03-21 10:00"), paris("2027-03-21 00:00")
EFFECTS = tuple(
    SiteEffect(phase, mode, impact, direction)
    for phase, impact in zip((None, 1, 2, 3), Impact, strict=True)
    for mode in Mode
    for direction in (Direction.BOTH, Direction.FORWARD)
)


def every_kind() -> list[Site]:
    """Return a site of each nature, with every effect, a detour, odd characters, and phases of every shape."""
    phases = (
        SitePhase(1, "", replace(NIGHTS, skips_holidays=True)),
        SitePhase(2, "Réfection", DAYS),
        SitePhase(3, "", Rule(DAYS.last, DAYS.last)),
    )
    return [
        public_site(
            pk=number,
            identifier=f'TRV "{number}" <&>',
            nature=nature.value,
            phases=phases,
            effects=EFFECTS,
            parts=parts(SECTIONS),
            lines=(SECTIONS[0], SECTIONS[2]),
            detour="Par la rue Pasteur",
            detour_lines=(SECTIONS[1],),
            description="é<" * 1_000,
            is_suspended=number == 2,
        )
        for number, nature in enumerate(WorkNature)
    ]


@pytest.mark.skipif(not DATEX2.is_file(), reason="The schemas of DATEX II are not part of the project")
def test_datex2_is_valid() -> None:
    schema = etree.XMLSchema(etree.parse(DATEX2))
    document = etree.fromstring(datex2(creator="200057974", at=AT).write(every_kind()))
    schema.validate(document)
    assert [str(error) for error in schema.error_log][:3] == []


@pytest.mark.skipif(not CIFS.is_file(), reason="The schema of CIFS is not part of the project")
def test_cifs_is_valid() -> None:
    schema = etree.XMLSchema(etree.parse(CIFS))
    document = etree.fromstring(cifs_xml(reference="gpso", at=AT).write(every_kind()))
    schema.validate(document)
    assert [str(error) for error in schema.error_log][:3] == []
    identifiers = document.xpath("incident/@id")
    assert len(identifiers) == len(set(identifiers)) > 100


@pytest.mark.skipif(not WZDX.is_dir(), reason="The schemas of WZDx are not part of the project")
def test_wzdx_is_valid() -> None:
    schemas = [json.loads(path.read_text()) for path in WZDX.glob("*.json")]
    geometry: dict[str, Any] = {"$schema": "http://json-schema.org/draft-07/schema#"}
    line = geometry | {"properties": {"type": {"const": "LineString"}, "coordinates": {"minItems": 2}}}
    point = geometry | {"properties": {"type": {"const": "MultiPoint"}}}
    schemas_by_id = Registry().with_resources(
        [
            *((schema["$id"], Resource.from_contents(schema)) for schema in schemas),
            ("https://geojson.org/schema/LineString.json", Resource.from_contents(line)),
            ("https://geojson.org/schema/MultiPoint.json", Resource.from_contents(point)),
        ]
    )
    feed = next(schema for schema in schemas if schema["$id"].endswith("WorkZoneFeed.json"))
    document = json.loads(wzdx(publisher="GPSO", now=NOW, at=AT).write(every_kind()[:3]))
    faults = Draft7Validator(feed, registry=schemas_by_id).iter_errors(document)
    assert [fault.message[:300] for fault in faults][:3] == []
    assert len(document["features"]) > 100
