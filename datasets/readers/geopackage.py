"""GeoPackage (OGC 12-128r18): its tables alone. A view is a program, which may never end.

The schema is read by SQLite before GDAL opens the file; triggers do not run in a file that is only read, and a file
with triggers on the one table that is written here is left as it is.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from django.utils.translation import gettext as _

from datasets.errors import UnreadableFile, UnsafeFile
from datasets.readers.source import ReadOptions
from datasets.readers.vectors import VectorSource

_MAX_TEXT = 1_000_000
_LOOSE = (
    " WHERE upper(geometry_type_name) IN ('TIN', 'POLYHEDRALSURFACE', 'TRIANGLE')"
    " OR (upper(geometry_type_name) = 'GEOMETRY' AND (z OR m))"
)
"""Layers that Arrow's way out of GDAL does not know."""

_IS_LOOSE = "SELECT count(*) FROM gpkg_geometry_columns" + _LOOSE  # noqa: S608 (words of ours)
_DECLARE = "UPDATE gpkg_geometry_columns SET geometry_type_name = 'GEOMETRY', z = 0, m = 0" + _LOOSE  # noqa: S608 (as above)
_TRIGGERS = (
    "SELECT count(*) FROM sqlite_master WHERE type = 'trigger' AND lower(tbl_name) = 'gpkg_geometry_columns'"
)
_OBJECTS = "SELECT type, name, sql LIKE 'create virtual%' FROM sqlite_master WHERE type IN ('table', 'view')"


class GeopackageSource(VectorSource):
    """A GeoPackage."""

    def __init__(self, files: list[Path], kind: str, name: str, options: ReadOptions) -> None:
        self._tables, self._views = _schema(files[0])
        _declare_any_geometry(files[0])
        super().__init__(files, kind, name, options)
        if self._views:
            self.note(
                "views",
                _("Les vues du GeoPackage ne sont pas lues : %s.") % ", ".join(sorted(self._views))[:200],
            )

    def find_layers(self) -> tuple[str, ...]:
        """Return the layers that are tables."""
        try:
            names = super().find_layers()
        except UnreadableFile as error:
            if self._views:
                raise self._only_views() from error
            raise
        layers = tuple(name for name in names if name in self._tables)
        if not layers:
            raise self._only_views()
        return layers

    def _only_views(self) -> UnsafeFile:
        return UnsafeFile(
            _("Les couches de ce GeoPackage sont des vues, qui ne sont pas lues : déposez des tables.")
        )


def _schema(path: Path) -> tuple[frozenset[str], frozenset[str]]:
    """Return the names of the tables and of the views.

    Raises ``UnreadableFile`` when it is no database, ``UnsafeFile`` when a table of the standard is a view.
    """
    address = f"{path.absolute().as_uri()}?mode=ro&immutable=1"
    try:
        with closing(sqlite3.connect(address, uri=True)) as database:
            database.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, _MAX_TEXT)
            database.execute("PRAGMA trusted_schema = OFF")
            objects = database.execute(_OBJECTS).fetchall()
    except (sqlite3.Error, OverflowError, UnicodeError) as error:
        raise UnreadableFile(_("Ce GeoPackage est endommagé ou incomplet.")) from error
    views = frozenset(str(name) for kind, name, _virtual in objects if kind == "view")
    if any(name.lower().startswith(("gpkg_", "rtree_", "sqlite_")) for name in views):
        raise UnsafeFile(_("Ce GeoPackage remplace des tables de la norme par des vues : il n’est pas lu."))
    tables = frozenset(str(name) for kind, name, virtual in objects if kind == "table" and not virtual)
    return tables, views


def _declare_any_geometry(path: Path) -> None:
    """Declare layers of any geometry with heights or measures, in our copy, as layers of any geometry.

    Each geometry says for itself what it is.
    """
    address = f"{path.absolute().as_uri()}?mode=rw"
    try:
        with closing(sqlite3.connect(address, uri=True)) as database:
            database.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, _MAX_TEXT)
            database.execute("PRAGMA trusted_schema = OFF")
            if database.execute(_TRIGGERS).fetchone()[0] or not database.execute(_IS_LOOSE).fetchone()[0]:
                return
            database.execute(_DECLARE)
            database.commit()
    except (sqlite3.Error, OverflowError, UnicodeError):
        return  # a table of attributes, or a broken file: GDAL says which
