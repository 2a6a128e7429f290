"""Every table that a page may show is counted: by ``layers_dataversion``, or by a counter of the catalogue."""

from __future__ import annotations

import re
from contextlib import ExitStack
from importlib import import_module

import psycopg
import pytest
from django.contrib.auth.models import Group
from django.db import connection, transaction

from layers.models import Grant, Layer, Theme
from layers.sql.catalogue import page_versions

TABLES = "SELECT relname FROM pg_class WHERE relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace"
COUNTED = """
SELECT tgrelid::regclass::text FROM pg_trigger JOIN pg_proc ON pg_proc.oid = tgfoid
WHERE NOT tgisinternal AND tgtype & 1 = 0 AND tgtype & 60 = 60
  AND pg_proc.prosrc ~ 'layers_bump_version|layers_catalogueversion'
"""

# Tables that no counter counts: what of them is on a cached page is read at each request, or nothing is.
_READ_AT_EACH_REQUEST = "part of the key, or filled in after the cache"
_NOT_ON_CACHED_PAGES = "shown by pages that are not cached"
_NOT_SHOWN = "shown by no page"
_DERIVED = "written in the transaction of a row that is counted"
UNCOUNTED = {
    "accounts_user|accounts_user_groups|accounts_user_user_permissions|dashboards_favourite": _READ_AT_EACH_REQUEST,
    "django_session|usersessions_usersession|accounts_token|account_.*|mfa_.*|socialaccount_.*": _NOT_ON_CACHED_PAGES,
    "journal_journalentry|django_admin_log|layers_styleversion|explorer_entryimport": _NOT_ON_CACHED_PAGES,
    "accounts_sharelink|accounts_sharelinkday": _NOT_ON_CACHED_PAGES,
    "accounts_accountbatch|accounts_directory[a-z]+|accounts_emergencykey": _NOT_ON_CACHED_PAGES,
    "gisportal_recentpage": _READ_AT_EACH_REQUEST,
    "management_assignment|management_accessrequest|management_endreminder": _NOT_ON_CACHED_PAGES,
    "exports_exportjob|dashboards_paperjob|tiles_rasterupload|datasets_upload": _NOT_ON_CACHED_PAGES,
    "dashboards_dashboardsubscription|explorer_answermail|datasets_reportline": _NOT_ON_CACHED_PAGES,
    "procrastinate_.*|django_migrations|django_content_type|spatial_ref_sys|gisportal_demoload|tiles_cache": _NOT_SHOWN,
    "layers_dataversion|layers_catalogueversion": _NOT_SHOWN,
    "layers_tile.*|layers_search.*|layers_communecore|pghistory_.*|[a-z_]+event": _DERIVED,
}


def rows(statement: str) -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return {name for (name,) in cursor.fetchall()}


def test_every_table_is_counted_or_has_a_reason(db: None) -> None:
    missing = rows(TABLES) - rows(COUNTED)
    assert {name for name in missing if not re.fullmatch("|".join(UNCOUNTED), name)} == set()


def test_no_reason_is_given_for_a_table_that_is_counted_or_gone(db: None) -> None:
    missing = rows(TABLES) - rows(COUNTED)
    reasons = (reason for reasons in UNCOUNTED for reason in reasons.split("|"))
    assert [reason for reason in reasons if not any(re.fullmatch(reason, name) for name in missing)] == []


@pytest.mark.parametrize(
    "statement",
    ["INSERT INTO {0} SELECT * FROM {0} WHERE false", "DELETE FROM {0} WHERE false", "TRUNCATE {0} CASCADE"],
)
def test_each_kind_of_statement_is_counted(db: None, statement: str) -> None:
    migration = import_module("gisportal.migrations.0005_catalogue_triggers")
    for table in (*migration.CATALOGUE, *migration.DASHBOARDS, *migration.CONTRIBUTIONS):
        before = page_versions().catalogue
        with connection.cursor() as cursor:
            cursor.execute(statement.format(table))
        assert page_versions().catalogue != before, table


def test_a_write_that_is_rolled_back_is_not_counted(catalogue: None) -> None:
    before = page_versions()
    with transaction.atomic():
        Theme.objects.update(rank=3)
        assert page_versions() != before
        transaction.set_rollback(True)
    assert page_versions() == before


def test_a_write_after_one_that_is_rolled_back_has_a_number_of_its_own(catalogue: None) -> None:
    numbers = []
    for rank, is_undone in ((3, True), (4, False)):
        with transaction.atomic():
            Theme.objects.update(rank=rank)
            numbers.append(page_versions().catalogue)
            transaction.set_rollback(is_undone)
    assert numbers[0] != numbers[1]


@pytest.mark.django_db(transaction=True)
def test_a_long_transaction_holds_up_no_other_writer() -> None:
    Theme.objects.create(slug="nature", title="Nature")
    place = connection.get_connection_params()
    given = {name: place[name] for name in ("dbname", "user", "password", "host", "port") if place.get(name)}
    before = page_versions()
    with ExitStack() as opened:
        connections = [opened.enter_context(psycopg.connect(**given)) for _each in range(3)]
        first = connections[0]
        # Numbers of processes follow one another: of three, one writes another part than the first.
        second = next(each for each in connections if (each.info.backend_pid - first.info.backend_pid) % 64)
        first.execute("UPDATE layers_theme SET rank = 1 WHERE slug = 'nature'")
        second.execute("SET lock_timeout = '5s'")
        second.execute(
            "INSERT INTO layers_theme (slug, title, token, icon, rank) VALUES ('eau', 'Eau', '', '', 2)"
        )
        second.commit()
        after = page_versions()
        assert after != before
    assert page_versions() != after


def test_a_grant_is_counted_and_its_table_is_not_mixed_with_others(catalogue: None) -> None:
    before = page_versions()
    Grant.objects.create(group=Group.objects.create(name="Espaces verts"), layer=Layer.objects.all()[0])
    after = page_versions()
    assert after.tables == before.tables
    assert {name for name in after.catalogue if after.catalogue[name] != before.catalogue.get(name)} == {
        "catalogue"
    }
