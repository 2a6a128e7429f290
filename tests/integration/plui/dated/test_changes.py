"""What each procedure changed at a place, for who reads the layers of plans."""

from __future__ import annotations

import datetime as dt

import pytest
from django.contrib.gis.geos import GEOSGeometry
from django.db import connection
from django.test.utils import CaptureQueriesContext

from layers.models import Layer
from layers.vocabulary import Visibility
from plui.dated.queries import ChangeKind, ProcedureChange, changes_at, procedures
from plui.models import ZoneVersion
from plui.vocabulary import PlanState
from tests.factories import box, point
from tests.people import ADMINISTRATOR, PUBLIC
from tests.plan_versions import NEW, OLD, OLD_TITLE, WEST, PlanInTime, plan_in_time, plan_version, zone_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("catalogue")]


@pytest.fixture
def plan() -> PlanInTime:
    """Return the small document of three versions."""
    return plan_in_time()


def changes(place: GEOSGeometry) -> list[ProcedureChange]:
    """Return the changes at a place as the public reads them."""
    return changes_at(PUBLIC.visitor(), place)


def words(change: ProcedureChange) -> list[tuple[str, str, str]]:
    """Return what became of each object: the kind, the name before, the name after."""
    return [(each.kind.value, each.before, each.after) for each in change.changes]


def test_a_recoded_zone_is_told_by_the_procedure_that_recoded_it(plan: PlanInTime) -> None:
    assert words(changes(box(2.2081, 48.8081, 2.2090, 48.8090))[1]) == [("changed", OLD, NEW)]


def test_the_first_version_has_nothing_to_be_compared_with(plan: PlanInTime) -> None:
    first = changes(point(2.205, 48.815))[0]
    assert first.is_first
    assert not first.changes


def test_a_procedure_that_changes_nothing_here_has_no_change(plan: PlanInTime) -> None:
    assert [words(each) for each in changes(box(2.212, 48.802, 2.214, 48.804))] == [[], []]


def test_prescriptions_are_added_and_removed_by_a_procedure(plan: PlanInTime) -> None:
    after = changes(WEST)[1]
    assert set(words(after)) == {
        ("changed", OLD, NEW),
        ("added", "", "Parc"),
        ("removed", "Bois ancien", ""),
    }


def test_the_area_of_a_recoded_zone_is_that_of_its_part_of_the_place(plan: PlanInTime) -> None:
    place = box(2.209, 48.805, 2.211, 48.807)
    west = box(2.209, 48.805, 2.210, 48.807)
    recoded = changes(place)[1].changes[0]
    west.transform(2154)
    assert recoded.area_m2 == pytest.approx(west.area, rel=1e-3)


def test_a_procedure_under_way_is_no_procedure_of_the_public(plan: PlanInTime) -> None:
    assert [each.nomproc for each in procedures(PUBLIC.visitor())] == ["E", "M1"]


@pytest.mark.parametrize("state", [PlanState.STAGED, PlanState.WITHDRAWN])
def test_nobody_reads_the_changes_of_a_version_that_is_not_published(
    plan: PlanInTime, state: PlanState
) -> None:
    plan.modification.state = state
    plan.modification.save()
    read = changes_at(ADMINISTRATOR.visitor(), WEST)
    assert [each.version.nomproc for each in read] == ["E"]


def test_who_reads_no_zone_reads_no_change_of_zones(plan: PlanInTime) -> None:
    Layer.objects.filter(slug="plui-zones").update(visibility=Visibility.INTERNAL)
    assert {each.layer for each in changes(WEST)[1].changes} == {"plui-prescriptions-surf"}


def test_who_reads_no_layer_of_plans_reads_no_procedure(plan: PlanInTime) -> None:
    Layer.objects.filter(slug__startswith="plui-").update(visibility=Visibility.INTERNAL)
    assert not procedures(PUBLIC.visitor())


def test_a_zone_that_is_divided_under_its_label_changes_nothing(plan: PlanInTime) -> None:
    ZoneVersion.objects.filter(version=plan.modification, feature_id=plan.east.pk).delete()
    for west, east in ((2.210, 2.215), (2.215, 2.220)):
        zone_of(plan.modification, "N", box(west, 48.800, east, 48.820), typezone="N")
    assert not changes(box(2.212, 48.802, 2.218, 48.804))[1].changes


def test_ground_that_a_zone_leaves_without_another_is_removed(plan: PlanInTime) -> None:
    ZoneVersion.objects.filter(version=plan.modification, feature_id=plan.east.pk).delete()
    assert words(changes(box(2.212, 48.802, 2.214, 48.804))[1]) == [("removed", "N", "")]


def test_a_changed_field_is_given_with_both_values(plan: PlanInTime) -> None:
    recoded = next(each for each in changes(WEST)[1].changes if each.kind is ChangeKind.CHANGED)
    values = {each.field.name: (each.before, each.after) for each in recoded.values}
    assert values == {"libelle": (OLD, NEW), "libelong": (OLD_TITLE, "")}


@pytest.mark.usefixtures("plan")
def test_the_statements_of_changes_do_not_grow_with_the_procedures() -> None:
    with CaptureQueriesContext(connection) as few:
        changes(WEST)
    later = plan_version("M3", dt.date(2024, 7, 1), until=dt.date(2024, 8, 1))
    zone_of(later, OLD, WEST)
    with CaptureQueriesContext(connection) as more:
        changes(WEST)
    assert len(more) <= len(few) + 2  # the areas of what differs
