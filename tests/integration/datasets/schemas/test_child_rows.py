"""Rows of a dataset that belong to features of another layer: who reads them on a sheet, and what they prevent."""

from __future__ import annotations

import pytest

from datasets.definitions import DatasetSchema, ParentLink
from datasets.relations.presenters import rows_of_feature
from interface.page_parts import FeatureSubject
from layers import access
from layers.errors import Forbidden, ReferencedFeature
from layers.services.features import delete_feature
from layers.visitor import Visitor
from tests.deliveries import bench, dataset, field, published
from tests.people import ADMINISTRATOR, PLANNER, PUBLIC
from tests.world import grant, protect

pytestmark = pytest.mark.usefixtures("communes")

VISITS = DatasetSchema(
    fields=(field("banc"), field("jour", "date"), field("constat")),
    parent=ParentLink("bancs", "banc", "code"),
)
LINES = (("B1", "2026-03-01", "Bon"), ("B1", "2026-09-01", "Latte fendue"), ("B9", "2026-09-01", "Bon"))


@pytest.fixture
def visits() -> None:
    """Publish benches, and visits of them that the public does not read."""
    published(dataset("bancs"), bench("B1"), bench("B2"))
    made = dataset("visites", VISITS, is_open=False)
    published(made, *LINES, schema=VISITS, titles=("banc", "jour", "constat"))


def _counts(visitor: Visitor, pk: int) -> dict[str, int]:
    part = rows_of_feature(visitor, FeatureSubject(access.scope(visitor, "bancs"), pk))
    return {each.scope.slug: each.count for each in part.context["relations"]} if part else {}


def test_a_sheet_lists_the_rows_that_belong_to_its_feature(visits: None) -> None:
    assert _counts(ADMINISTRATOR.visitor(), 1) == {"visites": 2}
    assert _counts(ADMINISTRATOR.visitor(), 2) == {"visites": 0}


def test_who_does_not_read_the_child_or_its_link_sees_no_relation(visits: None) -> None:
    grant(PLANNER, "visites")
    assert _counts(PUBLIC.visitor(), 1) == {}
    assert _counts(PLANNER.visitor(), 1) == {"visites": 2}
    protect("visites", "banc")
    assert _counts(PLANNER.visitor(), 1) == {}


def test_a_feature_with_rows_is_deleted_after_them_and_hidden_rows_are_named_nowhere(visits: None) -> None:
    with pytest.raises(ReferencedFeature, match="2 lignes de « Visites »"):
        delete_feature(scope=access.scope(ADMINISTRATOR.visitor(), "bancs"), pk=1, expected=None)
    grant(PLANNER, "bancs", can_change=True, can_delete=True)
    with pytest.raises(Forbidden) as refusal:
        delete_feature(scope=access.scope(PLANNER.visitor(), "bancs"), pk=1, expected=None)
    assert "isites" not in refusal.value.detail
    delete_feature(scope=access.scope(PLANNER.visitor(), "bancs"), pk=2, expected=None)
    assert access.scope(PUBLIC.visitor(), "bancs").queryset.count() == 1
