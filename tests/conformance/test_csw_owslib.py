"""OWSLib's CSW client, which QGIS MetaSearch is made of: what a Python script reads of the catalogue."""

from __future__ import annotations

import pytest
from owslib import fes  # type: ignore[import-untyped]  # OWSLib has no types
from owslib.catalogue.csw2 import CatalogueServiceWeb  # type: ignore[import-untyped]  # OWSLib has no types
from pytest_django.live_server_helper import LiveServer

from tests.csw_asking import GMD_SCHEMA
from tests.world import PLAYGROUNDS, TREES, World


def test_owslib_searches_the_catalogue_and_reads_its_records(
    live_server: LiveServer, shown: World, subtests: pytest.Subtests
) -> None:
    address = f"{live_server.url}/explore/dataset/{TREES}/"
    client = CatalogueServiceWeb(f"{live_server.url}/csw", version="2.0.2")
    with subtests.test("operations"):
        assert {"GetRecords", "GetRecordById"} <= {operation.name for operation in client.operations}
    with subtests.test("full text in a box"):
        box = fes.BBox([48.0, 2.0, 49.0, 3.0], crs="urn:ogc:def:crs:EPSG::4326")
        client.getrecords2([fes.And([fes.PropertyIsLike("csw:AnyText", "%ARBRES%"), box])], esn="full")
        assert list(client.records) == [address]
        assert client.results["nextrecord"] == 0
    with subtests.test("CQL text, sorted"):
        sort = fes.SortBy([fes.SortProperty("dc:title", "DESC")])
        client.getrecords2(cql="dc:type = 'dataset'", sortby=sort, maxrecords=100)
        titles = [record.title for record in client.records.values()]
        assert titles == sorted(titles, reverse=True, key=str.casefold)
    with subtests.test("ISO 19139"):
        client.getrecordbyid([TREES], outputschema=GMD_SCHEMA)
        record = client.records[TREES]
        assert record.identification[0].uricode == [address]
        assert "OGC:WFS" in {line.protocol for line in record.distribution.online}
    with subtests.test("hits"):
        client.getrecords2([fes.PropertyIsEqualTo("dc:identifier", PLAYGROUNDS)], resulttype="hits")
        assert client.results["matches"] == 0
