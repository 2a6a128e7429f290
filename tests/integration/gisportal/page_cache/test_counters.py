"""Every table that a page may show is counted: by ``layers_dataversion``, or by a counter of the catalogue."""

from __future__ import annotations

import re
from contextlib import ExitStack
from importlib import import_module

import psycopg
import pytest
from django.contrib.auth.models import Group, Permission
from django.db import connection, transaction

from dashboards.models import Dashboard, DashboardGrant
from gisportal.accounts.models import GroupManager
from layers.models import Grant, Layer, ProtectedField, Theme
from layers.sql.catalogue import page_versions
from tests.people import OUTSIDER

TABLES = "SELECT relname FROM pg_class WHERE relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace"
COUNTED = """
SELECT tgrelid::regclass::text FROM pg_trigger JOIN pg_proc ON pg_proc.oid = tgfoid
WHERE NOT tgisinternal AND tgtype & 1 = 0 AND pg_proc.prosrc ~ 'layers_bump_version|layers_catalogueversion'
GROUP BY 1 HAVING bit_or(tgtype) & 60 = 60
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
    "accounts_sharelink|accounts_sharelinkday|accounts_accountbatch": _NOT_ON_CACHED_PAGES,
    "accounts_directory[a-z]+|accounts_emergencykey": _NOT_ON_CACHED_PAGES,
    "gisportal_recentpage": _READ_AT_EACH_REQUEST,
    "management_assignment|management_accessrequest|management_endreminder": _NOT_ON_CACHED_PAGES,
    "exports_exportjob|dashboards_paperjob|tiles_rasterupload|datasets_upload": _NOT_ON_CACHED_PAGES,
    "moderation_[a-z]+|roadworks_streetsubscription|roadworks_withdrawnsite": _NOT_ON_CACHED_PAGES,
    "roadworks_calendarjob|planning_[a-z]+|datasets_schemachange": _NOT_ON_CACHED_PAGES,
    "plui_planupload": _NOT_ON_CACHED_PAGES,
    "webforms_.*": _NOT_ON_CACHED_PAGES,
    "publication_.*|metadata_metadatachange|harvesting_harvestvisit": _NOT_ON_CACHED_PAGES,
    "management_backup|management_certificatereading": _NOT_ON_CACHED_PAGES,
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
    of_metadata = import_module("gisportal.migrations.0011_counters_of_metadata").METADATA
    of_reuses = import_module("gisportal.migrations.0013_counters_of_reuses").REUSES
    of_forms = import_module("gisportal.migrations.0014_counters_of_forms").FORMS
    of_readers = import_module("gisportal.migrations.0010_counters_of_readers").GRANTED
    listed = {*migration.CATALOGUE, *migration.DASHBOARDS, *migration.CONTRIBUTIONS}
    of_plans = import_module("gisportal.migrations.0015_counters_of_plans").PLANS
    listed |= {*of_metadata, *of_reuses, *of_forms, *of_plans}
    counted = listed & rows(TABLES)
    for table in counted - of_readers.keys():
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


ROWS = {
    "layers_grant": lambda group, person: Grant.objects.create(group=group, layer=Layer.objects.all()[0]),
    "a grant of a person": lambda group, person: Grant.objects.create(
        person=person, theme=Theme.objects.all()[0]
    ),
    "accounts_groupmanager": lambda group, person: GroupManager.objects.create(group=group, user=person),
    "auth_group_permissions": lambda group, person: group.permissions.add(Permission.objects.all()[0]),
    "layers_protectedfield_groups": lambda group, person: ProtectedField.objects.get().groups.add(group),
    "dashboards_dashboardgrant": lambda group, person: DashboardGrant.objects.create(
        dashboard=Dashboard.objects.get(), group=group
    ),
}


def test_what_is_granted_is_counted_for_who_has_it_alone(catalogue: None) -> None:
    group, other = (Group.objects.create(name=name) for name in ("Espaces verts", "Urbanisme"))
    person = OUTSIDER.account()
    ProtectedField.objects.create(layer=Layer.objects.all()[0], name="nom")
    Dashboard.objects.create(slug="arbres", title="Arbres", producer=group)
    readers = {f"group {group.pk}", f"person {person.pk}"}
    for name, write in ROWS.items():
        before = page_versions({*readers, f"group {other.pk}"})
        row = write(group, person)
        after = page_versions({*readers, f"group {other.pk}"})
        changed = {name for name in after.catalogue if after.catalogue[name] != before.catalogue.get(name)}
        assert changed, name
        assert changed <= readers, name
        assert after.tables == before.tables
        if isinstance(row, Grant):
            row.delete()
            assert page_versions(readers).catalogue[changed.pop()] not in after.catalogue.values(), name


def test_a_grant_that_passes_to_another_group_is_counted_for_both(catalogue: None) -> None:
    first, second = (Group.objects.create(name=name) for name in ("Espaces verts", "Urbanisme"))
    grant = Grant.objects.create(group=first, layer=Layer.objects.all()[0])
    readers = {f"group {first.pk}", f"group {second.pk}"}
    before = page_versions(readers)
    Grant.objects.filter(pk=grant.pk).update(group=second)
    after = page_versions(readers)
    assert {name for name in readers if after.catalogue[name] == before.catalogue.get(name)} == set()


def test_grants_that_are_truncated_are_counted_for_everybody(catalogue: None) -> None:
    for table in import_module("gisportal.migrations.0010_counters_of_readers").GRANTED:
        before = page_versions().catalogue
        with connection.cursor() as cursor:
            cursor.execute(f"TRUNCATE {table}")
        assert page_versions().catalogue != before, table
