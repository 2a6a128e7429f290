"""The list beside the map: rows of the same title are told apart by their key facts, those the visitor may read."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from layers.models import Layer, ProtectedField
from tests import factories
from tests.world import TREES, ZONES

FACTS = re.compile(r'class="shown-facts">(.*?)</span>')


def facts(client: Client, slug: str) -> list[str]:
    """Return the facts told of each row of a layer."""
    return FACTS.findall(client.get(f"/carte/?couches={slug}").content.decode())


@pytest.fixture
def twins(catalogue: object) -> None:
    """Two zones of one name, two trees of another."""
    factories.zone("UA", typezone="U", libelong="Centre ancien")
    factories.zone("UA", typezone="N", libelong="")
    factories.tree("Cèdre", genre="Cedrus", espece="libani")
    factories.tree("Cèdre", genre="Cedrus", espece="atlantica")


def test_rows_of_one_title_are_told_apart(twins: None, client: Client) -> None:
    assert len(set(facts(client, ZONES))) == 2
    assert facts(client, TREES) == ["Cedrus · libani", "Cedrus · atlantica"]


def test_a_fact_that_is_empty_leaves_no_hole(twins: None, client: Client) -> None:
    assert not [told for told in facts(client, ZONES) if told.endswith("·") or "· ·" in told]


def test_a_hidden_field_is_not_a_fact(twins: None, client: Client) -> None:
    ProtectedField.objects.create(layer=Layer.objects.get(slug=TREES), name="espece")
    assert not {"libani", "atlantica"} & set(" · ".join(facts(client, TREES)).split(" · "))
