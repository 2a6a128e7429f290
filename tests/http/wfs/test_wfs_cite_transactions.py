"""Transactions as the OGC's executable suite sends them (``ets-wfs20``, package ``transaction``)."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping
from typing import Any
from xml.etree.ElementTree import Element

import pytest
from django.contrib.auth.models import Group

from amenities.models import Inspection
from gisportal.catalogue import CODED as CODED_LAYERS
from heritage.models import RemarkableTree
from layers.models import Layer, ProtectedField, events_of
from layers.vocabulary import LayerState
from tests import factories
from tests.deliveries import bench, dataset, published
from tests.factories import BOULOGNE, MEUDON, MIDDLES
from tests.fleet import VEHICLES, reading, vehicle
from tests.people import PUBLIC
from tests.plans import INDICATORS, indicator_of
from tests.protocols import get
from tests.wfs_asking import ask_wfs, report, root, texts
from tests.wfs_writing import by_id, insert, send_transaction, transaction, update
from tests.world import PLAYGROUNDS, TREES, World, grant
from tests.writes import EDITOR, give_editing_rights, items

# ``InsertUnrecognizedFeature.xml`` of the suite.
AIRPORT = """<?xml version="1.0" encoding="UTF-8"?>
<wfs:Transaction version="2.0.0" service="WFS" xmlns:wfs="http://www.opengis.net/wfs/2.0">
  <wfs:Insert xmlns:gml="http://www.opengis.net/gml/3.2">
    <tns:Airport xmlns:tns="http://example.org" gml:id="YVR">
      <gml:identifier codeSpace="http://www.iata.org/">YVR</gml:identifier>
      <gml:name>Vancouver International Airport</gml:name>
    </tns:Airport>
  </wfs:Insert>
</wfs:Transaction>"""
# ``UpdateInvalidFeatureProperty.xml``, with the type name that the suite puts in. It has no filter.
KML_POINT = f"""<?xml version="1.0" encoding="UTF-8"?>
<wfs:Transaction version="2.0.0" service="WFS" xmlns:wfs="http://www.opengis.net/wfs/2.0"
  xmlns:gml="http://www.opengis.net/gml/3.2">
  <wfs:Update xmlns:ns37="urn:x-portail:couche" typeName="ns37:{TREES}">
    <wfs:Property>
      <wfs:ValueReference action="replace">gml:boundedBy</wfs:ValueReference>
      <wfs:Value>
        <Point xmlns="http://www.opengis.net/kml/2.2"><coordinates>-123.1,49.25</coordinates></Point>
      </wfs:Value>
    </wfs:Property>
  </wfs:Update>
</wfs:Transaction>"""
IDENTIFIER = '<gml:identifier codeSpace="http://cite.opengeospatial.org/">4d1b7c1e-5b7f-4f5e-9d53-1f6f54d3b6a1</gml:identifier>'
DESCRIPTION = "<gml:description>Lorem ipsum dolor sit amet.</gml:description>"


@pytest.fixture(autouse=True)
def _editors(world: World) -> None:
    give_editing_rights()


def served(pk: int, layer: str = TREES, *, standard: str = "") -> str:
    """Return a feature as the service serves it, with standard properties of GML put first as the suite does."""
    answer = ask_wfs(EDITOR, TYPENAMES=f"portail:{layer}", RESOURCEID=f"{layer}.{pk}")
    match = re.search(rf"(<portail:{layer}[ >].*</portail:{layer}>)", answer.body, re.DOTALL)
    assert match is not None, answer.body
    start, end = match[1].split(">", 1)
    return f"{start}>{standard}{end}"


def test_a_served_feature_with_an_identifier_of_the_client_is_inserted(world: World) -> None:
    cedar = world.trees["Cedre-Meudon"]
    feature = served(cedar.pk, standard=IDENTIFIER).replace(f"{TREES}.{cedar.pk}", "id-1764532800000")
    answer = send_transaction(transaction(f"<wfs:Insert>{feature}</wfs:Insert>"), EDITOR)
    (created,) = RemarkableTree.objects.exclude(pk=cedar.pk).filter(nom_vernaculaire="Cedre-Meudon")
    assert answer.status == 200, answer.body
    assert f'rid="{TREES}.{created.pk}"' in answer.body
    assert created.geom.equals_exact(cedar.geom, 1e-8)


@pytest.mark.parametrize("version", ["2.0.0", "1.1.0", "1.0.0"])
def test_names_and_descriptions_of_gml_are_ignored_with_a_warning(world: World, version: str) -> None:
    more = "<gml:description>d</gml:description><gml:name>a</gml:name><gml:name>b</gml:name>"
    answer = send_transaction(
        transaction(insert("Tilleul", version=version, more=more), version=version), EDITOR
    )
    assert answer.status == 200, answer.body
    assert "gml:description, gml:name" in answer.body


def test_a_type_that_does_not_exist_is_an_invalid_value(world: World) -> None:
    assert report(send_transaction(AIRPORT, EDITOR)) == (400, "InvalidValue", "Airport")


def test_an_extent_that_is_not_gml_is_an_invalid_value(world: World) -> None:
    assert report(send_transaction(KML_POINT, EDITOR)) == (400, "InvalidValue", "ValueReference")


@pytest.mark.parametrize("version", ["2.0.0", "1.1.0"])
def test_a_name_of_gml_is_not_updated_as_if_it_were_stored(world: World, version: str) -> None:
    cedar = world.trees["Cedre-Meudon"].pk
    action = update(
        by_id(cedar, version=version), "Pellentesque Arcu Lorem", name="gml:name[1]", version=version
    )
    answer = send_transaction(transaction(action, version=version), EDITOR)
    assert report(answer)[:2] == (400, "InvalidValue")
    assert "gml:name" in answer.body


def inspected_playground() -> tuple[str, int, str, str]:
    """Return the layer and the id of a playground, with a computed property and a value that it does not have."""
    ProtectedField.objects.get(name="inspections").groups.add(Group.objects.get(name=EDITOR.groups[0]))
    square = factories.playground("Square contrôlé")
    Inspection.objects.create(playground=square, type="annuel", resultat="conforme", date=dt.date(2026, 3, 1))
    return PLAYGROUNDS, square.pk, "dernier_controle_resultat", "danger"


def charging_station() -> tuple[str, int, str, str]:
    """Return the same of a station whose points of charge have two kinds of connector."""
    station = factories.station()
    factories.charge_point(station, prise_type_2=True, prise_type_combo_ccs=True)
    grant(EDITOR, "bornes-de-recharge", can_add=True, can_change=True)
    return "bornes-de-recharge", station.pk, "connecteurs", "autre"


def tree_of_a_town() -> tuple[str, int, str, str]:
    """Return the same of a tree, which the portal places in its town."""
    return TREES, factories.tree("Cèdre servi").pk, "commune", BOULOGNE


SERVED = {"a playground": inspected_playground, "a station": charging_station, "a tree": tree_of_a_town}


@pytest.mark.parametrize("case", SERVED)
def test_a_served_feature_replaces_itself_with_what_the_portal_computes(world: World, case: str) -> None:
    layer, pk, computed, _other = SERVED[case]()
    feature = served(pk, layer, standard=DESCRIPTION + IDENTIFIER)
    answer = send_transaction(
        transaction(f"<wfs:Replace>{feature}{by_id(pk, layer=layer)}</wfs:Replace>"), EDITOR
    )
    assert f"<portail:{computed}>" in feature
    assert texts(answer, "totalReplaced") == ["1"], answer.body
    assert f'rid="{layer}.{pk}"' in answer.body


CODED: Mapping[str, Callable[[], Any]] = {
    "plui-zones": lambda: factories.zone(datvalid="20240131"),
    "plui-prescriptions-surf": lambda: factories.prescription_surf("Espace boisé"),
    "plui-prescriptions-lin": lambda: factories.prescription_lin(
        "Alignement", factories.line(MIDDLES[MEUDON], MIDDLES[BOULOGNE])
    ),
    "plui-prescriptions-pct": lambda: factories.prescription_pct("Arbre"),
    VEHICLES: lambda: reading(vehicle(), dt.date(2026, 3, 1)).vehicle,
    INDICATORS: lambda: indicator_of({2020: 100.0, 2030: 50.0}, {2020: 100.0, 2024: 80.0}),
}


@pytest.mark.parametrize("layer", CODED)
def test_a_served_feature_of_every_layer_replaces_itself(world: World, layer: str) -> None:
    pk = CODED[layer]().pk
    Layer.objects.filter(slug=layer).update(state=LayerState.PUBLISHED)
    grant(EDITOR, layer, can_add=True, can_change=True)
    action = f"<wfs:Replace>{served(pk, layer)}{by_id(pk, layer=layer)}</wfs:Replace>"
    assert texts(send_transaction(transaction(action), EDITOR), "totalReplaced") == ["1"]


@pytest.mark.parametrize("case", SERVED)
def test_a_replacement_that_changes_what_the_portal_computes_is_refused(world: World, case: str) -> None:
    layer, pk, computed, other = SERVED[case]()
    feature = re.sub(rf"<portail:{computed}>[^<]*<", f"<portail:{computed}>{other}<", served(pk, layer))
    answer = send_transaction(
        transaction(f"<wfs:Replace>{feature}{by_id(pk, layer=layer)}</wfs:Replace>"), EDITOR
    )
    assert report(answer) == (400, "InvalidValue", computed)


@pytest.mark.parametrize("case", SERVED)
def test_an_update_to_the_computed_value_that_is_there_changes_nothing(world: World, case: str) -> None:
    layer, pk, computed, other = SERVED[case]()
    match = re.search(rf"<portail:{computed}>([^<]*)<", served(pk, layer))
    assert match is not None
    answers = [
        send_transaction(
            transaction(update(by_id(pk, layer=layer), value, name=computed, layer=layer)), EDITOR
        )
        for value in (match[1], other, "")
    ]
    assert texts(answers[0], "totalUpdated") == ["1"], answers[0].body
    assert [report(answer) for answer in answers[1:]] == [(400, "InvalidValue", computed)] * 2


@pytest.mark.parametrize("case", SERVED)
def test_an_update_of_computed_values_alone_writes_nothing(world: World, case: str) -> None:
    layer, pk, computed, _other = SERVED[case]()
    match = re.search(rf"<portail:{computed}>([^<]*)<", served(pk, layer))
    assert match is not None
    events = events_of(CODED_LAYERS.get(layer).model)
    assert events is not None
    lines = events.objects.count()
    tag = get(items(layer, pk), EDITOR).headers["ETag"]
    answer = send_transaction(
        transaction(update(by_id(pk, layer=layer), match[1], name=computed, layer=layer)), EDITOR
    )
    assert texts(answer, "totalUpdated") == ["1"], answer.body
    assert events.objects.count() == lines
    assert get(items(layer, pk), EDITOR).headers["ETag"] == tag


@pytest.mark.parametrize("version", ["2.0.0", "1.1.0", "1.0.0"])
def test_capabilities_say_to_who_may_write_that_names_of_gml_are_not_stored(
    world: World, version: str
) -> None:
    bodies = {person: ask_wfs(person, "GetCapabilities", version).body for person in (PUBLIC, EDITOR)}
    assert "gml:identifier" not in bodies[PUBLIC]
    assert "gml:identifier" in bodies[EDITOR]


@pytest.mark.parametrize("version", ["2.0.0", "1.1.0", "1.0.0"])
def test_capabilities_name_the_actions_of_the_types_that_their_reader_may_write(
    world: World, version: str
) -> None:
    """A dataset is replaced by file, and a playground has records that EDITOR does not read: it is not deleted."""
    replaced_by_file()
    actions = written_types(root(ask_wfs(EDITOR, "GetCapabilities", version)), version)
    only_2 = {"Replace": {TREES, PLAYGROUNDS}} if version == "2.0.0" else {}
    both = {"Insert": {TREES, PLAYGROUNDS}, "Update": {TREES, PLAYGROUNDS}, "Delete": {TREES}}
    assert actions == both | only_2


def test_capabilities_of_a_layer_that_nobody_writes_have_no_transaction(world: World) -> None:
    benches = replaced_by_file()
    bodies = {slug: ask_wfs(EDITOR, "GetCapabilities", path=f"/wfs/{slug}").body for slug in (benches, TREES)}
    assert {slug: 'name="Transaction"' in body for slug, body in bodies.items()} == {
        benches: False,
        TREES: True,
    }


def replaced_by_file() -> str:
    """Return a layer that deliveries replace, on which EDITOR has the right to edit."""
    published(dataset("bancs", is_edited_in_place=False), bench())
    grant(EDITOR, "bancs", can_add=True, can_change=True)
    return "bancs"


def written_types(capabilities: Element, version: str) -> dict[str, set[str]]:
    """Return the layers of each action but Query: constraints of Transaction in 2.0, operations of each type before."""
    types: dict[str, set[str]] = {}
    if version == "2.0.0":
        ows = "{http://www.opengis.net/ows/1.1}"
        for constraint in capabilities.iterfind(f".//{ows}Operation[@name='Transaction']/{ows}Constraint"):
            names = {each.text or "" for each in constraint.iter(f"{ows}Value")}
            types[constraint.attrib["name"]] = {name.removeprefix("portail:") for name in names}
        return types
    wfs = "{http://www.opengis.net/wfs}"
    for feature_type in capabilities.iter(f"{wfs}FeatureType"):
        slug = (feature_type.findtext(f"{wfs}Name") or "").removeprefix("portail:")
        for action in feature_type.findall(f"{wfs}Operations/*"):
            name = action.text or action.tag.removeprefix(wfs)
            if name != "Query":
                types.setdefault(name, set()).add(slug)
    return types
