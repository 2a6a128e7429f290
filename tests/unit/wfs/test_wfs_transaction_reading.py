"""Transactions as bodies write them: the examples of the standard (OGC 09-025r2, annex D) and the forms of 1.x."""

from __future__ import annotations

import pytest

from layers.errors import InvalidGeometry, LayersError, MissingParameter
from tests.unit.wfs.test_wfs_requests import by_body
from tests.wfs_schemas import SCHEMAS, needs_schemas
from tests.wfs_writing import by_id, delete, insert, transaction, update
from wfs.errors import UnsupportedOption
from wfs.requests import DeleteAction, InsertAction, Transaction, UpdateAction

EXAMPLES = SCHEMAS / "wfs" / "2.0" / "examples" / "Transaction"
Targets = list[tuple[str, str, tuple[int, ...] | None]]


def of(text: str) -> Transaction:
    """Read a transaction."""
    request = by_body(text)
    assert isinstance(request, Transaction)
    return request


def example(number: int) -> str:
    """Return an example as if its types were of this portal."""
    text = (EXAMPLES / f"Transaction_{number:02d}.xml").read_text()
    theirs = "http://www.someserver.example.com/myns"
    return text.replace(theirs, "urn:x-portail:couche").replace("wkbGeom", "geom")


@needs_schemas
@pytest.mark.parametrize(
    ("number", "targets"),
    [
        (2, [("Update", "BuiltUpA_1M", (10131,))]),
        (3, [("Update", "BuiltUpA_1M", (1013, 34, 24256))]),
        (4, [("Update", "BuiltUpA_1M", (1013, 34, 24256)), ("Update", "BuiltUpA_1M", None)]),
        (5, [("Update", "OceansA_1M", None), ("Update", "TreesA_1M", (1010,))]),
        (6, [("Delete", "InWaterA_1M", (1013,))]),
        (7, [("Delete", "InWaterA_1M", (1013, 10, 13, 140, 5001, 2001))]),
        (8, [("Delete", "InWaterA_1M", None)]),
    ],
)
def test_the_examples_of_changes_are_read(number: int, targets: Targets) -> None:
    actions = of(example(number)).actions
    found = [
        (each.word, each.target.name, each.target.ids)
        for each in actions
        if isinstance(each, UpdateAction | DeleteAction)
    ]
    assert found == targets


@needs_schemas
def test_the_example_of_new_features_is_read() -> None:
    features = [each.feature for each in of(example(1)).actions if isinstance(each, InsertAction)]
    assert [feature.values["id"] for feature in features] == ["28022", "28021"]
    assert [feature.geometry and feature.geometry["type"] for feature in features] == ["Polygon"] * 2
    assert all(feature.crs.is_yx for feature in features)


@needs_schemas
def test_the_native_action_of_the_example_is_refused() -> None:
    with pytest.raises(UnsupportedOption) as refused:
        of(example(9))
    assert "Action 1 (Native)" in refused.value.detail


@pytest.mark.parametrize("version", ["1.1.0", "1.0.0"])
def test_earlier_versions_say_the_same(version: str) -> None:
    actions = of(
        transaction(
            insert("A", version=version, handle="un"),
            update(by_id(3, version=version), "x", version=version),
            delete(by_id(4, version=version)),
            version=version,
        )
    ).actions
    assert [each.word for each in actions] == ["Insert", "Update", "Delete"]
    assert actions[0].handle == "un"


@pytest.mark.parametrize(
    ("version", "is_yx"), [("2.0.0", True), ("1.1.0", True), ("1.0.0", False)], ids=["2.0", "1.1", "1.0"]
)
def test_axes_are_those_of_the_version(version: str, is_yx: bool) -> None:
    """QGIS names a system by URN in 1.0.0 and writes x, y all the same."""
    body = transaction(insert("A", version=version), version=version)
    (action,) = of(body.replace('"EPSG:4326"', '"urn:ogc:def:crs:EPSG::4326"')).actions
    assert isinstance(action, InsertAction)
    assert action.feature.crs.is_yx is is_yx


def test_swapped_axes_are_hinted_at() -> None:
    with pytest.raises(InvalidGeometry, match="axes semblent inversés"):
        of(transaction(insert("A", at=(48.8, 2.2))))


def test_a_value_may_be_left_out_removed_or_nil() -> None:
    whole = update(by_id(3), "x", name="genre")
    nothing = [
        whole.replace("<wfs:Value>x</wfs:Value>", ""),
        whole.replace("<wfs:Value>x</wfs:Value>", '<wfs:Value xsi:nil="true"/>'),
        whole.replace("<wfs:ValueReference>", '<wfs:ValueReference action="remove">'),
    ]
    for action in of(transaction(*nothing)).actions:
        assert isinstance(action, UpdateAction)
        assert action.changes.values == {"genre": None}


def test_features_of_a_collection_are_inserted() -> None:
    feature = insert("A").removeprefix("<wfs:Insert>").removesuffix("</wfs:Insert>")
    member = f"<wfs:member>{feature}</wfs:member>"
    both = f"<wfs:Insert><wfs:FeatureCollection>{member}{member}</wfs:FeatureCollection></wfs:Insert>"
    assert len(of(transaction(both)).actions) == 2


@pytest.mark.parametrize(
    ("action", "fault"),
    [
        ('<wfs:Insert handle="h"/>', MissingParameter),
        ('<wfs:Delete typeName="portail:a" handle="h"/>', MissingParameter),
        (delete(by_id(1) * 2, handle="h"), MissingParameter),
        ('<wfs:Delete handle="h"/>', MissingParameter),
        (update(by_id(1), "x", handle="h").replace("ValueReference>", "Name>"), LayersError),
        ('<wfs:Replace handle="h"/>', LayersError),
        ('<wfs:Vendor handle="h"/>', LayersError),
        (insert("A", handle="h").replace("portail:arbres", "gml:arbres"), LayersError),
    ],
)
def test_a_faulty_action_is_named_by_its_handle(action: str, fault: type[LayersError]) -> None:
    with pytest.raises(fault) as refused:
        of(transaction(insert("A"), action))
    assert refused.value.parameter == "h"
    assert refused.value.detail.startswith("Action 2 (")


def test_a_property_of_a_layer_may_have_a_name_of_gml() -> None:
    whole = transaction(update(by_id(3), "x", name="name"), update(by_id(3), "x", name="portail:description"))
    of_gml = whole.replace(
        "<wfs:ValueReference>", '<wfs:ValueReference xmlns="http://www.opengis.net/gml/3.2">'
    )
    for action, name in zip(of(of_gml).actions, ("name", "description"), strict=True):
        assert isinstance(action, UpdateAction)
        assert action.changes.values == {name: "x"}


def test_an_inserted_feature_may_have_a_property_with_a_name_of_gml() -> None:
    more = "<portail:name>n</portail:name><gml:name>g</gml:name><gml:boundedBy/>"
    (action,) = of(transaction(insert("A", more=more))).actions
    assert isinstance(action, InsertAction)
    assert action.feature.values["name"] == "n"
    assert action.feature.ignored == ("gml:name",)
