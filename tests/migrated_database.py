"""The empty database of the tests, migrated once for every worker and for every run of the same code.

Migrations take longer than all that most runs do with their database. Their result stays in the database server under
a name that tells the code it was made of, and is the template of the databases of workers. As a program, this module
makes it in advance: ``./portal test`` starts it before the workers, which find it made, or wait for the rest.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from functools import partial
from pathlib import Path

import django
from django.conf import settings
from django.db import connection as default_connection
from django.db.backends.base.base import BaseDatabaseWrapper

from tests.migration_rendering import light_rendering

# No migration reads them.
_NOT_READ = ("tests", "docs", "bench", "node_modules", "fixtures", "deploy", "locale", "launcher")
_DIGITS = 12


def use_migrated(connection: BaseDatabaseWrapper) -> None:
    """Make the test database of a connection a copy of the migrated one, which is made first when it is missing.

    Workers that want it at once wait for the first of them.
    """
    base = f"test_{connection.settings_dict['NAME']}"  # the same for every worker
    name = f"{base}_migrated_{_digest()}"
    with connection._nodb_cursor() as cursor:  # type: ignore[attr-defined]  # Django's own way to no database of ours
        cursor.execute("SET lock_timeout = 0")
        cursor.execute("SELECT pg_advisory_lock(hashtext(%s))", [base])
        cursor.execute("SELECT datname FROM pg_database WHERE datname LIKE %s", [f"{base}_migrated_%"])
        kept = {found for (found,) in cursor.fetchall()}
        if name not in kept:
            for former in kept:  # of other code, or interrupted
                cursor.execute(f"DROP DATABASE IF EXISTS {connection.ops.quote_name(former)}")
            _migrate(connection, f"{base}_migrated_partial")
            unfinished, whole = map(connection.ops.quote_name, (f"{base}_migrated_partial", name))
            cursor.execute(f"ALTER DATABASE {unfinished} RENAME TO {whole}")
    connection.settings_dict["TEST"]["TEMPLATE"] = name
    connection.creation.create_test_db = partial(_copy, connection)


def _copy(
    connection: BaseDatabaseWrapper, verbosity: int = 1, autoclobber: bool = False, **options: bool
) -> str:
    """Create the test database of a connection as the copy that its template makes of it.

    Django would read every migration to find none left, and look for each permission: a second and a half a worker.
    """
    creation = connection.creation
    found: str = creation._get_test_db_name()
    creation._create_test_db(verbosity, autoclobber, options.get("keepdb", False))
    connection.close()
    settings.DATABASES[connection.alias]["NAME"] = connection.settings_dict["NAME"] = found
    connection.ensure_connection()
    return found


def _migrate(connection: BaseDatabaseWrapper, name: str) -> None:
    """Create a database of a name and migrate it; the connection is left as it was."""
    former, own = connection.settings_dict["NAME"], connection.settings_dict["TEST"].get("NAME")
    connection.settings_dict["TEST"]["NAME"] = name
    try:
        with light_rendering():
            connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
        connection.close()
    finally:
        connection.settings_dict["TEST"]["NAME"] = own
        connection.settings_dict["NAME"] = settings.DATABASES[connection.alias]["NAME"] = former


def _digest() -> str:
    """Return a digest of the code of the portal, and of what it is installed with."""
    found = hashlib.sha256()
    for path in sorted(_read(Path(settings.BASE_DIR))):
        found.update(str(path).encode() + b"\0" + path.read_bytes() + b"\0")
    return found.hexdigest()[:_DIGITS]


def _read(root: Path) -> Iterable[Path]:
    for folder in root.iterdir():
        if folder.is_dir() and not folder.name.startswith(".") and folder.name not in _NOT_READ:
            for pattern in ("*.py", "*.sql"):
                yield from folder.rglob(pattern)
    yield root / "requirements.txt"


if __name__ == "__main__":
    django.setup()
    use_migrated(default_connection)
