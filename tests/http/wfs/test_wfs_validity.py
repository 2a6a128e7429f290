"""Features are valid by the schema that the service gives of them, and so are its other answers, in each version.

One schema a version serves every test: the largest takes seconds to be read.
"""

from __future__ import annotations

import datetime as dt
import re
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from xml.etree.ElementTree import tostring

import pytest
import xmlschema
from defusedxml.ElementTree import fromstring

from layers.models import Layer
from metadata.models import LayerMetadata
from tests import factories
from tests.factories import box
from tests.people import ADMINISTRATOR, PLANNER
from tests.protocols import get
from tests.wfs_asking import ask_wfs
from tests.wfs_schemas import SCHEMAS, needs_schemas, offline
from tests.wfs_writing import insert, send_transaction, transaction
from tests.world import PLAYGROUNDS, TREES, ZONES, World
from tests.writes import EDITOR, give_editing_rights

pytestmark = needs_schemas
# The namespace and the schema of the collections of each version.
COLLECTIONS = {
    "2.0.0": ("http://www.opengis.net/wfs/2.0", "wfs/2.0/wfs.xsd"),
    "1.1.0": ("http://www.opengis.net/wfs", "wfs/1.1.0/wfs.xsd"),
    "1.0.0": ("http://www.opengis.net/wfs", "wfs/1.0.0/WFS-basic.xsd"),
}
CSW_BY_ID = (
    "/csw?service=CSW&version=2.0.2&request=GetRecordById&outputSchema=http://www.isotc211.org/2005/gmd"
)
# All that a record may say besides the row of the catalogue.
DESCRIBED = {
    "title_en": "Remarkable trees",
    "abstract_en": "Trees of the town.",
    "lineage": "Relevé de 2024.",
    "lineage_en": "Survey of 2024.",
    "quality": "Au mètre.",
    "publisher": "Ville",
    "contact_name": "Service SIG",
    "contact_url": "https://exemple.fr/contact",
    "starts_on": dt.date(2020, 1, 1),
    "ends_on": dt.date(2020, 12, 31),
    "access_rights": "RESTRICTED",
    "access_reason": "INSPIRE_Directive_Article13_1h",
    "hvd_category": "c_dd313021",
    "inspire_theme": "ps",
    "topic_category": "environment",
    "resolution_m": 0.5,
}
_BOTH = """<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">
<xs:import namespace="{namespace}" schemaLocation="http://schemas.opengis.net/{path}"/>
<xs:import namespace="urn:x-portail:couche" schemaLocation="types.xsd"/></xs:schema>"""


@cache
def schema(version: str, types: str) -> xmlschema.XMLSchema:
    """Return the schema of collections of features of these types."""
    namespace, path = COLLECTIONS[version]
    with TemporaryDirectory() as folder:
        Path(folder, "types.xsd").write_text(types)
        whole = Path(folder, "whole.xsd")
        whole.write_text(_BOTH.format(namespace=namespace, path=path))
        return xmlschema.XMLSchema(str(whole), uri_mapper=offline, validation="lax")


def faults(version: str, text: str) -> list[str]:
    """Return what is wrong in a document of a version, by the types that an administrator is told of."""
    types = ask_wfs(ADMINISTRATOR, "DescribeFeatureType", version).body
    found = schema(version, types).iter_errors(text, use_location_hints=False)
    return [f"{error.path}: {error.reason}" for error in found]


def of_1_0(text: str, name: str) -> list[str]:
    """Return what is wrong in a document that has a schema of its own in 1.0.0."""
    found = xmlschema.XMLSchema(str(SCHEMAS / f"wfs/1.0.0/{name}.xsd"), uri_mapper=offline)
    return [f"{error.path}: {error.reason}" for error in found.iter_errors(text, use_location_hints=False)]


@pytest.mark.parametrize("version", COLLECTIONS)
def test_features_of_every_kind_are_valid(world: World, version: str) -> None:
    factories.tree("Sans rien & <rien>", hauteur=None, genre="")
    factories.zone("UDeux", geom=box(2.205, 48.805, 2.215, 48.815))
    told = {
        slug: faults(version, ask_wfs(ADMINISTRATOR, version=version, TYPENAME=slug).body)
        for slug in (TREES, PLAYGROUNDS, ZONES, "communes")
    }
    several = ask_wfs(ADMINISTRATOR, version=version, TYPENAMES=f"({TREES})({ZONES})").body
    assert told | {"several": faults(version, several)} == {name: [] for name in (*told, "several")}


def test_a_value_of_another_type_is_not_valid(world: World) -> None:
    body = ask_wfs(ADMINISTRATOR, version="1.0.0", TYPENAME=TREES).body
    changed = re.sub("<portail:remarquable>[a-z]+<", "<portail:remarquable>peut-être<", body)
    assert faults("1.0.0", changed) != []


@pytest.mark.parametrize("version", COLLECTIONS)
def test_capabilities_are_valid(world: World, version: str) -> None:
    body = ask_wfs(PLANNER, "GetCapabilities", version).body
    found = of_1_0(body, "WFS-capabilities") if version == "1.0.0" else faults(version, body)
    assert found == []


@pytest.mark.parametrize("operation", ["ListStoredQueries", "DescribeStoredQueries"])
def test_stored_queries_are_valid(world: World, operation: str) -> None:
    assert faults("2.0.0", ask_wfs(PLANNER, operation).body) == []


@pytest.mark.parametrize("version", COLLECTIONS)
def test_a_report_is_valid(world: World, version: str) -> None:
    body = ask_wfs(version=version, TYPENAMES='<&">').body
    found = of_1_0(body, "OGC-exception") if version == "1.0.0" else faults(version, body)
    assert found == []


@pytest.mark.parametrize("version", COLLECTIONS)
def test_transactions_and_who_may_send_them_are_valid(world: World, version: str) -> None:
    give_editing_rights()
    schemas = ("WFS-transaction", "WFS-capabilities")
    # Outside the territory, which is told in a warning.
    action = insert("Tilleul", handle="un", at=(2.6, 48.2), version=version)
    answer = send_transaction(transaction(action, version=version), EDITOR)
    told = ask_wfs(EDITOR, "GetCapabilities", version)
    assert "hors des communes" in answer.body
    for name, body in zip(schemas, (answer.body, told.body), strict=True):
        assert (of_1_0(body, name) if version == "1.0.0" else faults(version, body)) == []


def test_records_are_valid_linked_from_capabilities_or_in_each_element_set_of_csw(world: World) -> None:
    gmd = xmlschema.XMLSchema(
        str(SCHEMAS / "iso/19139/20070417/gmx/gmx.xsd"), uri_mapper=offline, validation="lax"
    )
    LayerMetadata.objects.create(layer=Layer.objects.get(slug=TREES), **DESCRIBED)
    told = {version: ask_wfs(PLANNER, "GetCapabilities", version).body for version in COLLECTIONS}
    records = {}
    for slug in (TREES, PLAYGROUNDS, "communes"):
        address = f"/wfs/{slug}/iso19139.xml"
        assert [version for version, body in told.items() if f"http://localhost{address}" not in body] == []
        records[slug] = get(address, PLANNER).body
    for elements in ("brief", "summary", "full"):
        query = f"{CSW_BY_ID}&id={TREES}&ElementSetName={elements}"
        (record,) = fromstring(get(query).body)
        records[elements] = tostring(record, encoding="unicode")
    found = {name: [error.reason for error in gmd.iter_errors(text)] for name, text in records.items()}
    assert found == {name: [] for name in records}
    assert "Remarkable trees" in records["full"]
