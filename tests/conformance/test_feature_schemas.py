"""Every answer of every layer is what the layer's own schemas say, empty texts and missing values included."""

from __future__ import annotations

from typing import Any

import pytest
from jsonschema import Draft202012Validator

from gisportal.catalogue import CODED
from layers.models import Commune
from tests import factories
from tests.deliveries import bench, counts, dataset, published
from tests.factories import line
from tests.people import ADMINISTRATOR
from tests.protocols import get, items
from tests.world import TREES

DATASETS = ("bancs", "population")
SLUGS = [definition.slug for definition in CODED.all()] + list(DATASETS)


@pytest.fixture
def filled(catalogue: dict[str, Commune]) -> None:
    """Give layers a feature with as little as the database takes, one outside the communes, and a whole one."""
    factories.tree()
    factories.tree("Loin", at=(3.5, 47.0))
    factories.tree("Entier", hauteur=12.5, circonference=300, stade_developpement="A", critere=["age"])
    factories.playground()
    factories.station()
    factories.zone()
    factories.prescription_surf("Surface")
    factories.prescription_lin("Ligne", line((2.20, 48.80), (2.21, 48.81)))
    factories.prescription_pct("Point")
    published(dataset(), bench("B1"), bench("B2", "", places="", prix="", neuf="", pose=""))
    counts()


def schema_of(slug: str, name: str) -> Any:
    return get(f"/api/collections/{slug}/{name}", ADMINISTRATOR).document


@pytest.mark.parametrize("slug", SLUGS)
def test_features_are_what_their_schema_says(filled: None, slug: str) -> None:
    schema = schema_of(slug, "schemas/feature")
    Draft202012Validator.check_schema(schema)
    validator = Draft202012Validator(schema)
    features = items(slug, person=ADMINISTRATOR).document["features"]
    assert [
        (fault.json_path, fault.message) for feature in features for fault in validator.iter_errors(feature)
    ] == []


@pytest.mark.parametrize("slug", SLUGS)
def test_values_are_what_the_logical_schema_says(filled: None, slug: str) -> None:
    """It describes values: a feature without one has no such property there (OGC 23-058r2)."""
    validator = Draft202012Validator(schema_of(slug, "schema"))
    features = items(slug, person=ADMINISTRATOR).document["features"]
    described = [feature["properties"] | {"geom": feature["geometry"]} for feature in features]
    told = [{name: value for name, value in values.items() if value is not None} for values in described]
    assert [fault.message for values in told for fault in validator.iter_errors(values)] == []


@pytest.mark.parametrize(
    ("name", "value"),
    [("hauteur", "haut"), ("date_releve", 2024), ("stade_developpement", "X"), ("critere", ["hauteur"])],
)
def test_a_value_of_another_kind_is_not_what_the_schema_says(filled: None, name: str, value: object) -> None:
    feature = items(TREES).document["features"][0]
    feature["properties"][name] = value
    faults = list(Draft202012Validator(schema_of(TREES, "schemas/feature")).iter_errors(feature))
    assert {tuple(fault.path)[:2] for fault in faults} == {("properties", name)}
