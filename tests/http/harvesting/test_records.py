"""OGC API Records: the catalogue is a collection of the API, with what everybody sees, whoever reads it."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.test import Client
from jsonschema import Draft202012Validator

from layers.models import Layer
from metadata.models import LayerMetadata
from tests.people import ADMINISTRATOR, PUBLIC
from tests.protocols import get
from tests.world import ARCHIVED, DRAFT, PLAYGROUNDS, TREES, World

pytestmark = pytest.mark.django_db
CATALOGUE = "/api/collections/catalogue"
ITEMS = f"{CATALOGUE}/items"
IDENTIFIER = f"http://localhost/explore/dataset/{TREES}/"
RELATION = "http://www.opengis.net/def/rel/ogc/1.0/ogc-catalog"


def ids(document: Any) -> set[str]:
    return {feature["id"] for feature in document["features"]}


def test_the_catalogue_is_a_collection_of_records_that_links_lead_to(world: World) -> None:
    collections = get("/api/collections").document["collections"]
    entry = next(each for each in collections if each["id"] == "catalogue")
    own = get(CATALOGUE).document
    assert entry == own
    assert (own["itemType"], own["type"]) == ("record", "Collection")
    assert f"http://localhost{CATALOGUE}" in [
        link["href"] for link in get("/api/").document["links"] if link["rel"] == RELATION
    ]


def test_a_record_says_what_a_catalogue_needs_under_its_identifier_for_good(world: World) -> None:
    record = get(f"{ITEMS}/{TREES}").document
    properties = record["properties"]
    assert record["id"] == TREES
    assert {"value": IDENTIFIER} in properties["externalIds"]
    assert IDENTIFIER in [link["href"] for link in record["links"] if link["rel"] == "about"]
    assert f"http://localhost/export/{TREES}.csv" in [
        link["href"] for link in record["links"] if link["rel"] == "enclosure"
    ]
    assert properties["license"] == "etalab-2.0"
    assert record["geometry"]["type"] == "Polygon"
    schema = get(f"{CATALOGUE}/schema").document
    assert set(properties) - set(schema["properties"]) == set()
    Draft202012Validator.check_schema(schema)


def test_nobody_reads_a_record_of_what_the_public_does_not_see(world: World) -> None:
    for person in (PUBLIC, ADMINISTRATOR):
        document = get(ITEMS, person).document
        assert TREES in ids(document)
        assert {DRAFT, ARCHIVED, PLAYGROUNDS} & ids(document) == set()
        assert document["numberMatched"] == len(document["features"])
        assert get(f"{ITEMS}/{PLAYGROUNDS}", person).status == 404


def test_a_record_keeps_the_identifier_of_a_former_portal(world: World) -> None:
    LayerMetadata.objects.create(layer=Layer.objects.get(slug=TREES), former_id="arbres@gpso")
    assert get(f"{ITEMS}/arbres@gpso").document["id"] == "arbres@gpso"
    assert get(f"{ITEMS}/{TREES}").status == 404


def test_next_links_lead_through_all_records(world: World) -> None:
    address, read = f"{ITEMS}?limit=1&sortby=-title", []
    while address:
        document = get(address.removeprefix("http://localhost")).document
        read += [feature["id"] for feature in document["features"]]
        address = next((link["href"] for link in document["links"] if link["rel"] == "next"), "")
    assert len(read) == document["numberMatched"] > 1
    assert set(read) == ids(get(ITEMS).document)


def test_an_unknown_parameter_is_refused_by_its_name(world: World) -> None:
    refused = get(f"{ITEMS}?filtre=1")
    assert (refused.status, refused.document["parameter"]) == (400, "filtre")


@pytest.mark.parametrize("path", [CATALOGUE, ITEMS, f"{ITEMS}/{TREES}", f"{CATALOGUE}/sortables"])
def test_an_answer_is_validated_by_its_tag_until_a_record_changes(world: World, path: str) -> None:
    client = Client(headers={"host": "localhost"})
    first, head = client.get(path), client.head(path)
    assert head.headers["Content-Type"] == first.headers["Content-Type"]
    assert (head.status_code, head.content) == (200, b"")
    assert first.headers["Cache-Control"] == "public, no-cache"
    seen = {"if-none-match": first.headers["ETag"]}
    assert client.get(path, headers=seen).status_code == 304
    Layer.objects.filter(slug=TREES).update(title="Arbres classés")
    assert client.get(path, headers=seen).status_code == 200


def test_pages_for_people_lead_programs_to_the_catalogue(world: World) -> None:
    for path in (CATALOGUE, ITEMS, f"{ITEMS}/{TREES}"):
        page = get(f"{path}?f=html&q=" if path == ITEMS else f"{path}?f=html")
        assert page.status == 200, path
        assert f'rel="{RELATION}"' in page.body, path


def test_no_layer_takes_the_name_of_the_catalogue(world: World) -> None:
    layer = Layer.objects.get(slug=TREES)
    layer.slug = "catalogue"
    with pytest.raises(ValidationError, match="choisissez-en un autre"):
        layer.validate_constraints()
    with pytest.raises(IntegrityError), transaction.atomic():
        Layer.objects.filter(slug=TREES).update(slug="catalogue")
