"""Historical models that tests render while they migrate: few, and complete where a migration reads or writes rows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import models
from django.db.migrations.operations import AddConstraint, AddField, CreateModel
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState

from tests.migration_rendering import light_rendering


def _create(name: str, **fields: Any) -> Operation:
    return CreateModel(name, [("id", models.BigAutoField(primary_key=True)), *fields.items()])


CREATED = (
    _create("Street"),
    _create("House", street=models.ForeignKey("cadastre.Street", models.CASCADE, related_name="houses")),
)


@pytest.fixture
def state() -> Iterator[ProjectState]:
    """A rendered state to which a street and its houses are added."""
    with light_rendering():
        state = ProjectState()
        assert state.apps.get_models() == []
        for operation in CREATED:
            operation.state_forwards("cadastre", state)
        yield state


def test_a_model_that_refers_to_another_renders_alone(state: ProjectState) -> None:
    street = state.apps.get_model("cadastre", "Street")
    _create("Gate", street=models.ForeignKey("cadastre.Street", models.CASCADE)).state_forwards(
        "cadastre", state
    )
    assert state.apps.get_model("cadastre", "Street") is street


def test_a_constraint_is_that_of_the_model_without_another_rendering(state: ProjectState) -> None:
    house = state.apps.get_model("cadastre", "House")
    constraint = models.UniqueConstraint(fields=["street"], name="one_house")
    AddConstraint("House", constraint).state_forwards("cadastre", state)
    assert state.apps.get_model("cadastre", "House") is house
    assert house._meta.constraints == [constraint]


def test_a_new_field_renders_the_model_again(state: ProjectState) -> None:
    AddField("House", "number", models.IntegerField(default=1)).state_forwards("cadastre", state)
    assert state.apps.get_model("cadastre", "House")._meta.get_field("number").default == 1


def test_a_field_that_nothing_refers_to_renders_its_model_alone(state: ProjectState) -> None:
    street = state.apps.get_model("cadastre", "Street")
    AddField("House", "number", models.IntegerField(default=1)).state_forwards("cadastre", state)
    assert state.apps.get_model("cadastre", "Street") is street
    assert state.is_delayed


def test_a_new_field_is_also_that_of_a_proxy_of_its_model(state: ProjectState) -> None:
    CreateModel("Villa", [], {"proxy": True}, ("cadastre.House",)).state_forwards("cadastre", state)
    AddField("House", "number", models.IntegerField(default=1)).state_forwards("cadastre", state)
    assert state.apps.get_model("cadastre", "Villa")._meta.get_field("number").default == 1


def test_a_migration_of_rows_reads_every_model_afresh(state: ProjectState) -> None:
    former = state.apps.get_model("cadastre", "Street")
    state.clear_delayed_apps_cache()  # which RunPython does first
    street = state.apps.get_model("cadastre", "Street")
    assert street is not former
    assert street._meta.get_field("houses").related_model is state.apps.get_model("cadastre", "House")
