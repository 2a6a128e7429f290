"""What changed between two versions of a plan: told by the ground, and checked against shapely on random zonings."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import pytest
import shapely
from django.db import transaction
from hypothesis import given
from hypothesis import strategies as st

from plui.models import DocUrba, PlanVersion, ZoneUrba
from plui.versions.changes import ChangeKind
from plui.versions.comparison import compare_versions
from tests.examples import examples
from tests.plan_versions import (
    drawing,
    information,
    located,
    piece,
    plan_version,
    prescription,
    published,
    text_of_plan,
    two_versions,
    zone,
)
from tests.plu_packages import box

pytestmark = pytest.mark.django_db
LABELS = ("UA", "UB", "N")
CELL_M, SIDE = 100, 3


@pytest.fixture
def versions() -> tuple[PlanVersion, PlanVersion]:
    return published("20240115", "M1"), plan_version("20250301", "M2")


def kinds(before: PlanVersion, after: PlanVersion) -> dict[ChangeKind, list[tuple[list[str], list[str]]]]:
    """Return the labels of the zones that changed, by kind."""
    changes = defaultdict(list)
    for change in compare_versions(before, after).zones:
        labels = [each.label for each in change.before], [each.label for each in change.after]
        changes[change.kind].append(labels)
    return dict(changes)


def test_areas_are_added_up_by_type_before_and_after() -> None:
    rows = {row.typezone: row for row in compare_versions(*two_versions()).types}
    assert rows["N"].before_m2 == pytest.approx(1_000_000, rel=1e-3)
    assert rows["N"].after_m2 == pytest.approx(500_000, rel=1e-3)
    assert rows["AUc"].difference_m2 == pytest.approx(500_000, rel=1e-3)
    assert rows["U"].difference_m2 == pytest.approx(0, abs=100)


def test_a_border_that_moves_moves_both_zones_and_a_new_name_on_the_same_ground_is_a_recoding() -> None:
    changes = kinds(*two_versions())
    assert changes.keys() == {ChangeKind.MOVED, ChangeKind.RECODED}
    assert sorted(changes[ChangeKind.MOVED]) == [(["UA"], ["UA"]), (["UB"], ["UB"])]
    assert changes[ChangeKind.RECODED] == [(["Nl"], ["1AU"])]


def test_the_ground_of_a_change_is_that_to_which_other_rules_apply() -> None:
    comparison = compare_versions(*two_versions())
    moved = next(change for change in comparison.zones if change.before[0].label == "UA")
    assert moved.size == pytest.approx(100_000, rel=1e-3)
    assert moved.ground is not None
    west, _south, east, _north = shapely.from_geojson(str(moved.ground).replace("'", '"')).bounds
    assert (east - west) * 73_000 == pytest.approx(100, rel=0.2)


def test_a_zone_that_is_cut_is_split_and_zones_put_together_are_merged(
    versions: tuple[PlanVersion, PlanVersion],
) -> None:
    before, after = versions
    zone(before, "UA", box(0, 0, 100, 100))
    zone(after, "UAa", box(0, 0, 50, 100))
    zone(after, "UAb", box(50, 0, 100, 100))
    zone(before, "Na", box(200, 0, 250, 100))
    zone(before, "Nb", box(250, 0, 300, 100))
    zone(after, "N", box(200, 0, 300, 100))
    changes = kinds(before, after)
    assert changes.keys() == {ChangeKind.SPLIT, ChangeKind.MERGED}
    assert [(one, sorted(other)) for one, other in changes[ChangeKind.SPLIT]] == [(["UA"], ["UAa", "UAb"])]
    assert [(sorted(one), other) for one, other in changes[ChangeKind.MERGED]] == [(["Na", "Nb"], ["N"])]


def test_a_zone_where_none_was_is_added_and_one_without_successor_is_removed(
    versions: tuple[PlanVersion, PlanVersion],
) -> None:
    before, after = versions
    zone(before, "UA", box(0, 0, 100, 100))
    zone(after, "N", box(500, 0, 600, 100))
    assert kinds(before, after) == {ChangeKind.REMOVED: [(["UA"], [])], ChangeKind.ADDED: [([], ["N"])]}
    transitions = compare_versions(before, after).transitions
    assert {(row.before, row.after) for row in transitions} == {(("UA", "U"), None), (None, ("N", "N"))}


def test_other_words_on_the_same_ground_are_named_by_attribute(
    versions: tuple[PlanVersion, PlanVersion],
) -> None:
    before, after = versions
    zone(before, "UA", box(0, 0, 100, 100), libelong="Centre", nomfic="S_reglement_20240115.pdf#page=3")
    zone(after, "UA", box(0, 0, 100, 100), libelong="Centre ancien", nomfic="S_reglement_20250301.pdf#page=3")
    (change,) = compare_versions(before, after).zones
    assert change.kind is ChangeKind.REWORDED
    assert [(each.name, each.before, each.after) for each in change.attributes] == [
        ("libelong", "Centre", "Centre ancien")
    ]


def test_numerical_noise_is_no_change_and_slivers_are_apart(
    versions: tuple[PlanVersion, PlanVersion],
) -> None:
    before, after = versions
    zone(before, "UA", box(0, 0, 100, 100))
    zone(before, "UB", box(100, 0, 200, 100))
    zone(after, "UA", box(0, 0, 100.005, 100))
    zone(after, "UB", box(100.005, 0, 200, 100))
    zone(before, "N", box(300, 0, 400, 100))
    zone(after, "N", box(300, 0, 400, 100.000_05))
    comparison = compare_versions(before, after)
    assert comparison.is_empty
    assert comparison.slivers.count == 1
    assert comparison.slivers.area_m2 == pytest.approx(0.5, abs=0.01)
    assert comparison.unchanged["ZONE_URBA"] == 3


def test_the_first_vertex_and_the_direction_of_an_outline_are_no_change(
    versions: tuple[PlanVersion, PlanVersion],
) -> None:
    before, after = versions
    zone(before, "UA", shapely.Polygon([(640_000, 6_856_000), (640_100, 6_856_000), (640_100, 6_856_100)]))
    zone(after, "UA", shapely.Polygon([(640_100, 6_856_100), (640_100, 6_856_000), (640_000, 6_856_000)]))
    comparison = compare_versions(before, after)
    assert comparison.is_empty
    assert comparison.unchanged["ZONE_URBA"] == 1


def test_prescriptions_and_informations_that_come_go_move_or_change_are_listed(
    versions: tuple[PlanVersion, PlanVersion],
) -> None:
    before, after = versions
    same, moved = box(0, 0, 10, 10), box(20, 0, 30, 10)
    prescription(before, "Allée", same)
    prescription(after, "Allée", same)
    prescription(before, "Parc", moved)
    prescription(after, "Parc", box(20, 0, 32, 10))
    prescription(before, "Villa", shapely.Point(640_500, 6_856_500))
    prescription(after, "Arbre", shapely.Point(640_700, 6_856_500), stypepsc="04")
    information(before, "Site", box(50, 0, 60, 10))
    information(after, "Site archéologique", box(50, 0, 60, 10), typeinf="19", stypeinf="01")
    comparison = compare_versions(before, after)
    changes = [
        (change.table, change.kind, (change.after or change.before)[0].label) for change in comparison.objects
    ]
    assert sorted(changes) == [
        ("INFO_SURF", ChangeKind.RECODED, "Site archéologique"),
        ("PRESCRIPTION_PCT", ChangeKind.ADDED, "Arbre"),
        ("PRESCRIPTION_PCT", ChangeKind.REMOVED, "Villa"),
        ("PRESCRIPTION_SURF", ChangeKind.MOVED, "Parc"),
    ]
    assert comparison.unchanged["PRESCRIPTION_SURF"] == 1


def test_two_rules_on_one_outline_stay_two_objects(versions: tuple[PlanVersion, PlanVersion]) -> None:
    before, after = versions
    for version, labels in ((before, ["Mur", "Parc"]), (after, ["Parc", "Mur"])):
        for label in labels:
            prescription(version, label, box(0, 0, 10, 10))
    comparison = compare_versions(before, after)
    assert comparison.is_empty


def test_written_pieces_are_compared_by_content_without_their_date(
    versions: tuple[PlanVersion, PlanVersion],
) -> None:
    before, after = versions
    piece(before, "Pieces_ecrites/3_Reglement/S_reglement_20240115.pdf", "a")
    piece(after, "Pieces_ecrites/3_Reglement/S_reglement_20250301.pdf", "b")
    piece(before, "Pieces_ecrites/2_PADD/S_padd_20240115.pdf", "c")
    piece(after, "Pieces_ecrites/2_PADD/S_padd_20250301.pdf", "c")
    piece(after, "Pieces_ecrites/5_OAP/S_oap_20250301.pdf", "d")
    pieces = [(each.kind, each.path) for each in compare_versions(before, after).pieces]
    assert pieces == [
        (ChangeKind.REWORDED, "3_Reglement/S_reglement_D.pdf"),
        (ChangeKind.ADDED, "5_OAP/S_oap_D.pdf"),
    ]


def test_a_first_version_adds_everything(versions: tuple[PlanVersion, PlanVersion]) -> None:
    _before, after = versions
    zone(after, "UA", box(0, 0, 100, 100))
    (change,) = compare_versions(None, after).zones
    assert change.kind is ChangeKind.ADDED


def test_a_comparison_takes_as_many_statements_for_many_zones(
    versions: tuple[PlanVersion, PlanVersion], django_assert_max_num_queries: Any
) -> None:
    before, after = versions
    for number in range(20):
        zone(before, "UA", box(number, 0, number + 1, 10))
        zone(after, "UB", box(number, 0, number + 1, 10))
    with django_assert_max_num_queries(28):
        compare_versions(before, after)


cells = st.lists(st.sampled_from(LABELS), min_size=SIDE * SIDE, max_size=SIDE * SIDE)


def ground_by_label(labels: list[str]) -> dict[str, Any]:
    """Return the ground of each label, in EPSG:2154."""
    parts = defaultdict(list)
    for number, label in enumerate(labels):
        west, south = number % SIDE * CELL_M, number // SIDE * CELL_M
        parts[label].append(box(west, south, west + CELL_M, south + CELL_M))
    return {label: shapely.union_all(boxes) for label, boxes in parts.items()}


@examples(30)
@given(cells, cells)
def test_ground_that_changes_name_is_that_of_shapely_on_random_zonings(
    old: list[str], new: list[str]
) -> None:
    with transaction.atomic():
        before, after = published("20240115", "M1"), plan_version("20250301", "M2")
        sides = []
        for version, labels in ((before, old), (after, new)):
            ground = ground_by_label(labels)
            sides.append(ground)
            for label, shape in ground.items():
                for part in shapely.get_parts(shape):
                    zone(version, label, part)
        comparison = compare_versions(before, after)
        transaction.set_rollback(True)
    expected = {
        (one, other): area
        for one, shape in sides[0].items()
        for other, successor in sides[1].items()
        if one != other and (area := shape.intersection(successor).area) > 0.01
    }
    areas = {
        (row.before[0], row.after[0]): row.area_m2
        for row in comparison.transitions
        if row.before and row.after
    }
    assert areas == pytest.approx(expected, rel=1e-3)
    assert all(row.before and row.after for row in comparison.transitions)


@examples(30)
@given(cells, cells)
def test_every_zone_is_in_one_change_at_most_and_the_same_zones_in_none(
    old: list[str], new: list[str]
) -> None:
    with transaction.atomic():
        before, after = published("20240115", "M1"), plan_version("20250301", "M2")
        shapes = []
        for version, labels in ((before, old), (after, new)):
            ground = ground_by_label(labels)
            parts = [(label, part) for label, shape in ground.items() for part in shapely.get_parts(shape)]
            shapes.append(parts)
            for label, part in parts:
                zone(version, label, part)
        comparison = compare_versions(before, after)
        transaction.set_rollback(True)
    concerned = [each.pk for change in comparison.zones for each in (*change.before, *change.after)]
    assert len(concerned) == len(set(concerned))
    same = sum(
        any(label == other and part.equals(shape) for other, shape in shapes[1]) for label, part in shapes[0]
    )
    assert comparison.unchanged["ZONE_URBA"] == same
    assert len(concerned) == len(shapes[0]) + len(shapes[1]) - 2 * same


def test_drawings_are_compared_after_what_has_rules(versions: tuple[PlanVersion, PlanVersion]) -> None:
    before, after = versions
    drawing(before, "Plan d'eau", box(0, 0, 500, 500), couleur="120-170-210")
    drawing(after, "Plan d'eau", box(0, 0, 500, 500), couleur="000-128-255")
    text_of_plan(before, "Le Val", shapely.Point(box(0, 0, 1, 1).centroid), taille=8)
    prescription(after, "Mur", box(0, 0, 10, 10))
    changes = compare_versions(before, after).objects
    assert [(each.table, each.kind) for each in changes] == [
        ("PRESCRIPTION_SURF", ChangeKind.ADDED),
        ("HABILLAGE_TXT", ChangeKind.REMOVED),
        ("HABILLAGE_SURF", ChangeKind.REWORDED),
    ]
    assert [(each.name, each.before, each.after) for each in changes[-1].attributes] == [
        ("couleur", "120-170-210", "000-128-255")
    ]


def test_drawings_that_are_the_same_are_counted(versions: tuple[PlanVersion, PlanVersion]) -> None:
    for version in versions:
        drawing(version, "Plan d'eau", box(0, 0, 50, 50))
    comparison = compare_versions(*versions)
    assert comparison.is_empty
    assert comparison.unchanged["HABILLAGE_SURF"] == 1


def test_the_rows_online_are_a_side_as_they_were_edited_in_place(
    versions: tuple[PlanVersion, PlanVersion],
) -> None:
    before, after = versions
    document = DocUrba.objects.create(idurba=before.idurba, datappro=before.datappro)
    shape = box(0, 0, 100, 100)
    for version in versions:
        zone(version, "UA", shape)
    live = ZoneUrba.objects.create(libelle="UA", typezone="U", geom=located(shape), idurba=document)
    online = {"ZONE_URBA": ZoneUrba.objects.filter(idurba=document)}
    assert compare_versions(before, after, tables=[], online=online).is_empty
    ZoneUrba.objects.filter(pk=live.pk).update(libelle="UAb", geom=located(box(0, 0, 100, 60)))
    assert compare_versions(before, after).is_empty
    comparison = compare_versions(before, after, tables=[], online=online)
    assert {(row.before, row.after) for row in comparison.transitions} == {
        (("UAb", "U"), ("UA", "U")),
        (None, ("UA", "U")),
    }
    assert sum(row.area_m2 for row in comparison.transitions) == pytest.approx(10_000, rel=1e-3)
