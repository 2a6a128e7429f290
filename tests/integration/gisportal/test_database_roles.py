"""Two roles (ADR 0051): the application's reads and writes rows, and changes neither the journal nor a table."""

from __future__ import annotations

import os
from collections.abc import Iterator
from urllib.parse import unquote, urlsplit

import psycopg
import pytest
from django.core.cache.backends.base import BaseCache
from django.db import connection
from psycopg.errors import InsufficientPrivilege

from datasets.publication.services import drop_dataset
from gisportal.database_roles import CALLED_AS_OWNER, grant_application
from gisportal.journal.models import JournalEntry
from gisportal.journal.services import chain, purge, record
from gisportal.journal.vocabulary import Event
from layers.models import Commune
from layers.sql.pyramids import drop, keep
from layers.visitor import system_visitor
from tests.deliveries import bench, dataset, published
from tests.search_index import index
from tests.world import TREES, World
from tests.writes import EDITOR, give_editing_rights, items, send, tree
from tiles.sql import TileTable

APPLICATION = urlsplit(os.environ.get("PORTAL_TEST_APPLICATION_URL", ""))
pytestmark = pytest.mark.skipif(not APPLICATION.username, reason="this database has one role")
JOURNAL = "journal_journalentry"
FUNCTION = "suppress_redundant_updates_trigger()"
ATTACKS = [
    f"ALTER TABLE {JOURNAL} DISABLE TRIGGER journal_refuse",
    f"ALTER TABLE {JOURNAL} DISABLE TRIGGER ALL",
    f"DROP TRIGGER journal_refuse ON {JOURNAL}",
    f"CREATE TRIGGER mine BEFORE INSERT ON {JOURNAL} FOR EACH ROW EXECUTE FUNCTION {{function}}",
    f"CREATE RULE mine AS ON INSERT TO {JOURNAL} DO INSTEAD NOTHING",
    f"GRANT UPDATE ON {JOURNAL} TO PUBLIC; UPDATE {JOURNAL} SET actor_name = ''",
    f"UPDATE {JOURNAL} SET actor_name = ''",
    f"INSERT INTO {JOURNAL} (id, event) VALUES (1, 'x') ON CONFLICT (id) DO UPDATE SET event = 'x'",
    f"DELETE FROM {JOURNAL}",
    f"TRUNCATE {JOURNAL}",
    f"DROP TABLE {JOURNAL}",
    f"ALTER TABLE {JOURNAL} RENAME TO other",
    f"LOCK TABLE {JOURNAL} IN ACCESS EXCLUSIVE MODE",
    "CREATE OR REPLACE FUNCTION journal_refuse() RETURNS trigger LANGUAGE sql AS 'SELECT NULL'",
    "ALTER FUNCTION journal_seal() SECURITY INVOKER",
    "DROP FUNCTION journal_digest(journal_journalentry) CASCADE",
    "SET session_replication_role = replica",
    "SET ROLE {owner}",
    "SET SESSION AUTHORIZATION {owner}",
    "REASSIGN OWNED BY {owner} TO CURRENT_USER",
    "ALTER ROLE CURRENT_USER SUPERUSER",
    "CREATE TABLE public.mine ()",
    "CREATE FUNCTION public.mine() RETURNS int LANGUAGE sql AS 'SELECT 1'",
    "CREATE SCHEMA mine",
    "DROP SCHEMA datasets CASCADE",
    "TRUNCATE accounts_user CASCADE",
    "ALTER TABLE layers_grant ADD COLUMN mine int",
    "CREATE TRIGGER mine AFTER INSERT ON layers_layer FOR EACH ROW EXECUTE FUNCTION {function}",
    "INSERT INTO django_migrations (app, name, applied) VALUES ('journal', 'x', now())",
    "COPY layers_layer TO PROGRAM 'true'",
]


@pytest.fixture
def application(transactional_db: None) -> Iterator[psycopg.Connection]:
    """A connection of the application's role to the database of the test, whose tables another one owns."""
    grant_application(role=str(APPLICATION.username))
    place = connection.settings_dict
    with psycopg.connect(
        user=APPLICATION.username, password=unquote(APPLICATION.password or ""), dbname=place["NAME"],
        host=place["HOST"], port=place["PORT"], autocommit=True,
    ) as made:  # fmt: skip
        yield made


def test_the_application_changes_neither_the_journal_nor_a_table(application: psycopg.Connection) -> None:
    owner = str(connection.settings_dict["USER"])
    done = []
    for attack in ATTACKS:
        try:
            with application.transaction(force_rollback=True):
                application.execute(attack.replace("{owner}", owner).replace("{function}", FUNCTION).encode())
        except InsufficientPrivilege:
            continue
        done.append(attack)
    assert done == []


def test_functions_of_the_owner_name_their_schemas_and_are_not_everybodys(
    application: psycopg.Connection,
) -> None:
    rows = application.execute(
        "SELECT oid::regprocedure::text, proconfig, proacl::text ~ '[{,]=X' FROM pg_proc"
        " WHERE prosecdef AND pronamespace = 'public'::regnamespace"
        " AND NOT EXISTS (SELECT FROM pg_depend WHERE classid = 'pg_proc'::regclass AND objid = pg_proc.oid"
        " AND deptype = 'e')"  # those of PostGIS 3.3 are its own
    ).fetchall()
    path = ["search_path=pg_catalog, public, pg_temp"]
    assert {name: (config, is_open) for name, config, is_open in rows} == {
        name: (path, False) for name in ("journal_seal()", *CALLED_AS_OWNER)
    }


@pytest.fixture
def as_application(world: World) -> Iterator[None]:
    """Let the connection of the test be the application, for as long as it lasts."""
    give_editing_rights()
    EDITOR.account()
    grant_application(role=str(APPLICATION.username))
    _run(f'SET ROLE "{APPLICATION.username}"')
    yield
    _run("RESET ROLE")


def test_the_application_writes_and_seals_the_journal(as_application: None) -> None:
    record(Event.SIGN_IN, subject="essai")
    _run("SET CONSTRAINTS ALL IMMEDIATE")
    assert (JournalEntry.objects.filter(number=None).count(), chain().broken) == (0, 0)


def test_the_application_purges_the_journal(as_application: None) -> None:
    assert purge(months=12) == 0


def test_the_application_writes_features(as_application: None) -> None:
    assert send("POST", items(TREES), EDITOR, tree()).status == 201


def test_the_application_makes_publishes_and_drops_datasets(as_application: None) -> None:
    made = dataset()
    published(made, bench())
    published(made, bench(), bench("B2", "Autre"))
    drop_dataset(dataset=made, visitor=system_visitor())
    assert _run("SELECT count(*) FROM pg_tables WHERE schemaname = 'datasets'") == 0


def test_the_application_indexes_the_search(as_application: None) -> None:
    assert TREES in index()


def test_the_application_counts_and_drops_the_cells_of_tiles(as_application: None) -> None:
    _run("SET CONSTRAINTS ALL IMMEDIATE")
    keep("heritage_remarkabletree", "")
    drop("heritage_remarkabletree")
    assert _run("SELECT count(*) FROM layers_tilepyramid") == 0


def test_the_application_empties_the_cache_of_tiles(as_application: None) -> None:
    cache: BaseCache = TileTable("", {"OPTIONS": {}})
    cache.set("essai", b"tuile")
    cache.clear()
    assert cache.get("essai") is None


def test_the_application_owns_what_it_makes_alone(as_application: None, communes: dict[str, Commune]) -> None:
    published(dataset(), bench())
    owners = "SELECT string_agg(DISTINCT tableowner, ',') FROM pg_tables WHERE schemaname = 'datasets'"
    assert _run(owners) == APPLICATION.username


def _run(statement: str) -> object:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        row = cursor.fetchone() if cursor.description else None
    return row[0] if row else None
