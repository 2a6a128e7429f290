"""A moderated dataset: benches that TOWN_AGENT adds and that PLANNER approves, two of them from its file."""

from __future__ import annotations

from typing import Any

from django.contrib.gis.geos import Point

from datasets.models import Dataset
from datasets.publication.moderation import set_moderated
from layers import access
from layers.access import Scope
from layers.parsing.feature import FeatureInput
from layers.services.features import create_feature
from layers.visitor import system_visitor
from tests.deliveries import bench, dataset, published
from tests.factories import MEUDON, MIDDLES
from tests.people import PLANNER, TOWN_AGENT, Person
from tests.world import grant

BENCHES = "bancs"


def moderated_benches() -> Dataset:
    """Publish the dataset with two rows, have its rows moderated, and give the rights on it."""
    made = dataset()
    published(made, bench("B1"), bench("B2"))
    set_moderated(dataset=made, visitor=system_visitor(), is_moderated=True)
    grant(TOWN_AGENT, BENCHES, can_add=True, can_change=True)
    grant(PLANNER, BENCHES, can_add=True, can_change=True, can_approve=True)
    return made


def benches_scope(person: Person) -> Scope:
    """Return what a person may know of the layer now."""
    return access.scope(person.visitor(), BENCHES)


def added_bench(person: Person, code: str, **values: Any) -> int:
    """Add a bench as a person does by any protocol; return its id."""
    feature = FeatureInput(
        values={"code": code, "nom": "Neuf"} | values, geometry=Point(*MIDDLES[MEUDON], srid=4326)
    )
    return create_feature(scope=benches_scope(person), draft=feature).pk


def state_of_bench(pk: int) -> str:
    """Return the state of a bench."""
    scope = access.scope(system_visitor(), BENCHES)
    return str(scope.queryset.get(pk=pk).row_state)
