"""Nothing of django-axes stays in the database of a portal that had it."""

from __future__ import annotations

from importlib import import_module

import pytest
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.db import connection

from tests.people import PLANNER

_MIGRATION = import_module("gisportal.migrations.0002_drop_axes").Migration


def drop() -> None:
    """Run what the migration runs."""
    with connection.cursor() as cursor:
        for statement in _MIGRATION.operations[0].sql:
            cursor.execute(statement)


@pytest.fixture
def traces(db: None) -> ContentType:
    """A table of django-axes, its permission given to somebody, and that it was migrated."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE axes_accesslog (id bigint, ip_address inet)")
        cursor.execute(
            "INSERT INTO django_migrations (app, name, applied) VALUES ('axes', '0001_initial', now())"
        )
    kind = ContentType.objects.create(app_label="axes", model="accesslog")
    permission = Permission.objects.create(content_type=kind, codename="view_accesslog", name="axes")
    PLANNER.account().user_permissions.add(permission)
    return kind


@pytest.mark.usefixtures("traces")
def test_addresses_of_failed_sign_ins_do_not_stay() -> None:
    drop()
    assert [name for name in connection.introspection.table_names() if name.startswith("axes_")] == []


def test_its_permissions_do_not_stay(traces: ContentType) -> None:
    drop()
    assert not Permission.objects.filter(content_type_id=traces.pk).exists()


@pytest.mark.usefixtures("traces")
def test_it_would_make_its_tables_again() -> None:
    drop()
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM django_migrations WHERE app = 'axes'")
        assert cursor.fetchone() == (0,)


@pytest.mark.django_db
def test_a_portal_that_never_had_it_is_left_alone() -> None:
    before = connection.introspection.table_names()
    drop()
    assert connection.introspection.table_names() == before
