"""The list of metadata to mend: what readers miss most first, the layers that somebody manages alone."""

from __future__ import annotations

import csv
from io import StringIO
from typing import Any

import pytest
from django.test import Client

from layers.models import Layer
from management.metadata import rows
from metadata.models import LayerMetadata
from tests.people import ADMINISTRATOR, OUTSIDER, Person
from tests.staff import signed_in
from tests.world import PLAYGROUNDS, TREES, ZONES, World

PAGE = "/gestion/metadonnees/"
MANAGER = Person("chef-jardins", ("Jardins",), managed=("Jardins",))


def listed(client: Client, query: str = "") -> list[list[str]]:
    """Return the rows of the file, without its heading."""
    answer: Any = client.get(f"{PAGE}?format=csv{query}")
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    return list(csv.reader(StringIO(text), delimiter=";"))[1:]


def test_what_is_missing_weighs_by_consultations(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rows, "_consultations", lambda _visitor, _slugs: {TREES: 900, ZONES: 100})
    slugs = [row[1] for row in listed(signed_in(ADMINISTRATOR))]
    assert slugs[:2] == [TREES, ZONES]


def test_a_filter_selects_what_lacks_a_value(world: World) -> None:
    LayerMetadata.objects.create(layer=Layer.objects.get(slug=TREES), lineage="Relevé.")
    slugs = {row[1] for row in listed(signed_in(ADMINISTRATOR), "&manque=lineage")}
    assert TREES not in slugs
    assert PLAYGROUNDS in slugs


def test_a_manager_of_groups_has_the_layers_of_their_groups_alone(world: World) -> None:
    slugs = {row[1] for row in listed(signed_in(MANAGER))}
    assert ZONES not in slugs


def test_who_manages_nothing_finds_no_list(world: World) -> None:
    assert signed_in(OUTSIDER).get(PAGE).status_code == 404
