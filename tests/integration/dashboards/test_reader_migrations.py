"""Lists of readers of a portal from before they were grants: the same people read the same, and there is a way back."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.db.migrations.state import StateApps
from django.utils import timezone

from dashboards import access
from dashboards.models import DashboardGrant
from layers.visitor import Visitor
from tests.examples import is_thorough
from tests.migration_states import migrate, migrate_to_latest

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(
        not is_thorough(), reason="a way through former states takes twenty seconds: --thorough"
    ),
]
LISTS = [("dashboards", "0004_grants_of_persons_and_themes")]
# Dashboard → who reads it by the lists; « convention » has the same reader by a grant without end already.
BY_LISTS = {
    "un": {"g1", "p1"},
    "deux": {"g1", "g2"},
    "convention": {"p2"},
    "brouillon": {"p1"},
    "personne": set(),
}


@pytest.fixture
def former(disposable_database: None) -> StateApps:
    """The state with lists."""
    return migrate(LISTS)


def _fill(apps: StateApps) -> dict[str, int]:
    """Write the lists, a dated grant and one without end; return the ids of their readers by name."""
    group, user = apps.get_model("auth", "Group"), apps.get_model("accounts", "User")
    readers: dict[str, Any] = {name: group.objects.create(name=name) for name in ("g1", "g2", "g3")}
    readers |= {name: user.objects.create(username=name) for name in ("p1", "p2", "p3")}
    board, grant = apps.get_model("dashboards", "Dashboard"), apps.get_model("dashboards", "DashboardGrant")
    version = apps.get_model("dashboards", "DashboardVersion")
    for slug, names in BY_LISTS.items():
        row = board.objects.create(slug=slug, title=slug)
        row.groups.set([readers[name] for name in names if name.startswith("g")])
        row.persons.set([readers[name] for name in names if name.startswith("p")])
        if slug != "brouillon":
            row.published = version.objects.create(dashboard=row, number=1, document={"title": slug})
            row.save()
    end = timezone.now() + dt.timedelta(days=2)
    grant.objects.create(dashboard=board.objects.get(slug="un"), person=readers["p3"], valid_until=end)
    grant.objects.create(
        dashboard=board.objects.get(slug="convention"), person=readers["p2"], reason="convention"
    )
    return {name: each.pk for name, each in readers.items()}


def _opened(pks: dict[str, int]) -> dict[str, set[str]]:
    """Return who opens each dashboard, by the access layer."""
    opened: dict[str, set[str]] = {slug: set() for slug in BY_LISTS}
    for name, pk in pks.items():
        visitor = Visitor(
            instant=timezone.now(),
            user_id=pk if name.startswith("p") else None,
            groups=frozenset({pk}) if name.startswith("g") else frozenset(),
        )
        for slug in access.published(visitor).values_list("slug", flat=True):
            opened[slug].add(name)
    return opened


def _lists(apps: StateApps) -> dict[str, set[str]]:
    return {
        row.slug: {each.name for each in row.groups.all()} | {each.username for each in row.persons.all()}
        for row in apps.get_model("dashboards", "Dashboard").objects.all()
    }


def _counters() -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid"
            " WHERE t.tgname = 'catalogue_version' AND c.relname LIKE 'dashboards_dashboard%%'"
        )
        return {name for (name,) in cursor.fetchall()}


def test_who_reads_what_is_the_same_as_grants_and_back_as_lists(former: StateApps) -> None:
    pks = _fill(former)
    migrate_to_latest()
    expected = {slug: set(names) for slug, names in BY_LISTS.items()} | {"brouillon": set()}
    expected["un"].add("p3")
    assert _opened(pks) == expected
    assert DashboardGrant.objects.undated().filter(dashboard__slug="convention").count() == 1
    apps = migrate(LISTS)
    # A grant with a reason stays one: it opens the dashboard as the list did.
    assert _lists(apps) == BY_LISTS | {"convention": set()}
    assert {"dashboards_dashboard_groups", "dashboards_dashboard_persons"} < _counters()
    assert apps.get_model("dashboards", "DashboardGrant").objects.count() == 2
    migrate_to_latest()
    assert _opened(pks) == expected
