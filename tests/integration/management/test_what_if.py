"""What if: unsaved changes are counted as the access layer would read them, and leave nothing behind."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.contrib.auth.models import Group
from django.db import connection

from gisportal.journal.models import JournalEntry
from heritage.models import RemarkableTree
from layers import access
from layers.models import Grant, Layer, ProtectedField
from layers.sql.catalogue import page_versions
from management.rights.trials import (
    Change,
    GrantRemoved,
    GrantWritten,
    MembershipChanged,
    ProtectionChanged,
    trial,
)
from management.what_if.queries import Outcome, RowChange, outcome
from tests.dashboards import dashboard
from tests.factories import BOULOGNE, MEUDON
from tests.people import ADMINISTRATOR, GARDENER, OUTSIDER, PLANNER, TOWN_AGENT, Person
from tests.world import PLAYGROUNDS, TREES, World, grant

PANELS = [{"id": "aires", "kind": "figure", "title": "Nos aires", "question": {"layer": PLAYGROUNDS}}]


def group_of(person: Person) -> Group:
    person.account()
    return Group.objects.get(name=person.groups[0])


def layer(slug: str = PLAYGROUNDS) -> Layer:
    return Layer.objects.get(slug=slug)


def tried(*changes: Change) -> Outcome:
    return outcome(ADMINISTRATOR.visitor(), changes)


def rows_of(person: Person) -> int:
    scope = access.scopes_by_slug(person.visitor(), [PLAYGROUNDS]).get(PLAYGROUNDS)
    return scope.queryset.count() if scope else 0


def test_each_change_is_counted_as_it_is_read_once_saved(world: World) -> None:
    town = Grant.objects.get(group=group_of(TOWN_AGENT))
    changed = Grant.objects.get(pk=town.pk)
    changed.rows = f"commune = '{BOULOGNE}'"
    group, account = group_of(PLANNER), OUTSIDER.account()
    cases: dict[str, tuple[Person, Change, Callable[[], object]]] = {
        "removed": (TOWN_AGENT, GrantRemoved(town), town.delete),
        "joined": (OUTSIDER, MembershipChanged(account, group, True), lambda: account.groups.add(group)),
        "left": (OUTSIDER, MembershipChanged(account, group, False), lambda: account.groups.remove(group)),
    }
    before = {"changed": tried(GrantWritten(changed)).layers[0]}
    assert (before["changed"].gained, before["changed"].lost) == (1, 2)
    assert before["changed"].gained_filter == f"((commune = '{BOULOGNE}')) AND NOT ((commune = '{MEUDON}'))"
    for person, change, save in cases.values():
        first, (line,) = rows_of(person), tried(change).layers
        save()
        assert (line.before, line.after) == (first, rows_of(person))


def test_fields_dashboards_and_panels_are_compared(world: World) -> None:
    dashboard("ouvert", is_public=True, sections=[{"id": "s", "title": "s", "panels": PANELS}])
    dashboard("internes", groups=GARDENER.groups)
    joined = tried(MembershipChanged(OUTSIDER.account(), group_of(GARDENER), True))
    trees = next(each for each in joined.layers if each.layer.slug == TREES)
    assert "matricule" in trees.fields_gained
    assert {(each.dashboard, each.panel, each.is_gain) for each in joined.dashboards} == {
        ("internes", "", True),
        ("ouvert", "Nos aires", True),
    }
    (opened,) = tried(ProtectionChanged(layer(TREES), "matricule", None)).layers
    assert "passant" in opened.persons
    assert opened.fields_gained == ("matricule",)
    (closed,) = tried(ProtectionChanged(layer(TREES), "matricule", (group_of(OUTSIDER),))).layers[:1]
    assert closed.persons


def test_rows_that_are_written_are_compared_on_an_open_layer(world: World) -> None:
    given = grant(OUTSIDER, TREES, rows=f"commune = '{MEUDON}'", can_change=True)
    wider = Grant.objects.get(pk=given.pk)
    wider.rows = f"commune IN ('{BOULOGNE}', '{MEUDON}')"
    (line,) = tried(GrantWritten(wider)).layers
    in_town, in_both = (
        RemarkableTree.objects.filter(commune_id__in=codes).count()
        for codes in ([MEUDON], [BOULOGNE, MEUDON])
    )
    assert (line.gained, line.lost) == (0, 0)
    assert line.writing == RowChange(in_town, in_both, in_both - in_town, 0)


@pytest.mark.parametrize(
    ("change", "gained", "lost"),
    [
        ({"can_change_own": False, "can_delete": False}, "", "modifier ses propres lignes"),
        ({"can_delete": False}, "", "supprimer ses propres lignes"),
        ({"can_change": True}, "modifier", "modifier ses propres lignes"),
        ({"margin_m": 50}, "jusqu’à 50 m autour", "commune"),
        ({"written_fields": ["genre"]}, "n’écrit que", ""),
    ],
    ids=["own", "deletion", "all", "margin", "fields"],
)
def test_rights_to_write_are_compared(
    world: World, change: dict[str, object], gained: str, lost: str
) -> None:
    rights = {"can_add": True, "can_change_own": True, "can_delete": True}
    given = grant(OUTSIDER, TREES, rows=f"commune = '{MEUDON}'", **rights)
    other = Grant.objects.get(pk=given.pk)
    for name, value in change.items():
        setattr(other, name, value)
    (line,) = tried(GrantWritten(other)).layers
    assert gained in ", ".join(line.fields_gained)
    assert lost in ", ".join(line.fields_lost)


def test_a_second_way_to_write_the_same_changes_nothing(world: World) -> None:
    grant(OUTSIDER, TREES, can_change=True)
    more = Grant(group=group_of(OUTSIDER), layer=layer(TREES), rows=f"commune = '{MEUDON}'", can_change=True)
    assert tried(GrantWritten(more)).is_empty


def test_a_trial_leaves_nothing_behind(world: World) -> None:
    changes = [
        GrantWritten(Grant(group=group_of(OUTSIDER), layer=layer())),
        MembershipChanged(OUTSIDER.account(), group_of(PLANNER), True),
        ProtectionChanged(layer(TREES), "nom", (group_of(GARDENER),)),
    ]

    def state() -> tuple[object, ...]:
        with connection.cursor() as cursor:
            cursor.execute("SELECT nextval(pg_get_serial_sequence('layers_grant', 'id'))")
            sequence = cursor.fetchone()[0]
        return (
            list(Grant.objects.order_by("pk").values_list()),
            list(OUTSIDER.account().groups.values_list("pk", flat=True)),
            list(ProtectedField.objects.values_list()),
            JournalEntry.objects.count(),
            page_versions(access.reader_families(OUTSIDER.visitor())),
            sequence,
        )

    before = state()
    assert not tried(*changes).is_empty
    after = state()
    assert after[:-1] == before[:-1]
    assert after[-1] == before[-1] + 1  # type: ignore[operator]  # the one that was read


def test_no_cache_of_the_process_remembers_a_trial(world: World) -> None:
    visitor = OUTSIDER.visitor()
    readers = access.reader_families(visitor)

    def counters() -> tuple[tuple[str, str], ...]:
        return page_versions(readers).reader_counters(readers)

    with trial([GrantWritten(Grant(group=group_of(OUTSIDER), layer=layer()))]):
        tried = counters()
        assert PLAYGROUNDS in {scope.slug for scope in access.visible(visitor)}
        assert PLAYGROUNDS in {each.slug for each in access.searchable(visitor).layers}
    grant(OUTSIDER, TREES)  # the next write gets the number of the trial
    written = counters()
    assert [each.split()[0] for _family, each in written] == [each.split()[0] for _family, each in tried]
    assert written != tried
    assert PLAYGROUNDS not in {scope.slug for scope in access.visible(visitor)}
    assert PLAYGROUNDS not in {each.slug for each in access.searchable(visitor).layers}


@pytest.mark.django_db(transaction=True)
def test_another_connection_never_reads_a_trial(world: World) -> None:
    visitor, change = OUTSIDER.visitor(), GrantWritten(Grant(group=group_of(OUTSIDER), layer=layer()))

    def elsewhere() -> set[str]:
        try:
            return {scope.slug for scope in access.visible(visitor)}
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as threads:
        with trial([change]):
            during = threads.submit(elsewhere).result()
            tried = {scope.slug for scope in access.visible(visitor)}
        after = threads.submit(elsewhere).result()
    assert PLAYGROUNDS in tried
    assert PLAYGROUNDS not in during
    assert PLAYGROUNDS not in after
