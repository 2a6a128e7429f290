"""The town in the database: built once, and put back as it was before each test.

Emptying every table and building again took as long as opening a page. A row tells which transaction wrote it, by its
``xmin``: what is younger than the town is deleted, and the town is built again only when rows of it are missing, which
is also what changed rows look like.
"""

from __future__ import annotations

import shutil
from pathlib import Path

from django.db import connection
from psycopg import sql

from tests.browser import town
from tests.emptying import EMPTY, ask, delete, tables

NOW = "SELECT pg_current_xact_id()::xid::text"
COUNT = sql.SQL("SELECT {name}, count(*) FILTER (WHERE age(xmin) >= age({mark}::xid)), count(*) FROM {table}")
DELETE = sql.SQL("DELETE FROM {table} WHERE age(xmin) < age({mark}::xid)")


class KeptTown:
    """The town, its photos in a folder, and the transaction after which every row is a test's."""

    def __init__(self, photos: Path) -> None:
        self._photos = photos
        self._mark = ""
        self._rows: dict[str, int] = {}

    def stand(self, media: Path) -> None:
        """Leave the town and nothing else in the database, and its photos in the folder of uploads."""
        if self._mark and self._is_put_back():
            shutil.copytree(self._photos, media, dirs_exist_ok=True)
            return
        self.raze()
        town.build()
        shutil.copytree(media, self._photos)
        self._mark = ask(NOW)[0][0]
        self._rows = {name: old for name, old, _all in self._counts()}

    def raze(self) -> None:
        """Leave nothing. Raise ``AssertionError`` for any other database than one of tests."""
        assert connection.settings_dict["NAME"].startswith("test_")
        self._mark = ""
        delete(EMPTY, tables())
        shutil.rmtree(self._photos, ignore_errors=True)

    def _is_put_back(self) -> bool:
        """Delete what is younger; say whether the rest is whole."""
        counts = self._counts()
        if {name: old for name, old, _all in counts} != self._rows:
            return False
        delete(DELETE, [name for name, old, every in counts if every > old], mark=self._mark)
        return True

    def _counts(self) -> list[tuple[str, int, int]]:
        """The rows of each table: its name, how many are as old as the town, and how many there are."""
        parts = [COUNT.format(name=name, table=sql.Identifier(name), mark=self._mark) for name in tables()]
        return ask(sql.SQL(" UNION ALL ").join(parts))
