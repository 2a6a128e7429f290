"""What takes room in the database and on disk, and what may be emptied."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.core.cache import caches
from django.db import connection
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from datasets.models import Dataset
from gisportal.health import FOLDERS
from gisportal.journal.services import record
from gisportal.journal.vocabulary import Event
from interface.text import fold
from interface.wording import size
from layers import registry
from layers.definitions import Text
from layers.errors import InvalidParameter
from layers.models import Layer
from layers.services.work_folders import folder_size

KINDS: Mapping[str, Text] = {
    "couche": gettext_lazy("Table d’une couche"),
    "table": gettext_lazy("Autre table"),
    "fichiers": gettext_lazy("Fichiers"),
    "cache": gettext_lazy("Cache"),
}
TILES = "tuiles"
_FILES: Mapping[str, Text] = {
    "exports": gettext_lazy("Exports en cours d’écriture"),
    "prepared": gettext_lazy("Téléchargements préparés, effacés après un jour"),
    "dashboards": gettext_lazy("Tableaux de bord en fichiers, effacés après un jour"),
    "media": gettext_lazy("Photos, rasters et fichiers déposés"),
    "basemaps": gettext_lazy("Fonds de carte gardés"),
    "mail": gettext_lazy("Messages écrits sur disque"),
}
# Tables with the room that their indexes and long values take; partitions and views take none.
_TABLES = """
SELECT namespace.nspname, class.relname, pg_total_relation_size(class.oid)
FROM pg_class AS class JOIN pg_namespace AS namespace ON namespace.oid = class.relnamespace
WHERE class.relkind = 'r' AND namespace.nspname IN ('public', 'datasets')
ORDER BY 3 DESC LIMIT 1000
"""
_TILE_TABLE = "tiles_cache"
_SEARCH_TABLES = "layers_search"
_INSTALLED = "site-packages"


@dataclass(frozen=True, slots=True)
class StorageRow:
    """Something that takes room, in bytes; ``emptied_by`` is what empties it, empty where nothing may."""

    pk: str
    kind: str
    title: Text
    size: int
    emptied_by: str = ""

    @property
    def kind_title(self) -> Text:
        """What it is."""
        return KINDS[self.kind]

    @property
    def size_words(self) -> str:
        """Its size for people."""
        return size(self.size)


def storage_rows() -> list[StorageRow]:
    """Return the tables, the folders of files and the cache of tiles with their sizes, three statements in all."""
    titles, names = _titles_of_tables(), _names_of_models()
    with connection.cursor() as cursor:
        cursor.execute(_TABLES)
        tables = cursor.fetchall()
    rows = [_table(schema, name, bytes_, titles, names) for schema, name, bytes_ in tables]
    files = [
        StorageRow(name, "fichiers", _FILES[name], folder_size(folder))
        for name, setting in FOLDERS.items()
        if (folder := Path(getattr(settings, setting))).is_dir()
    ]
    return rows + files


def is_named(row: StorageRow, words: Sequence[str]) -> bool:
    """Whether every word (folded) is in the title or the name of a row."""
    text = fold(f"{row.title} {row.pk}")
    return all(word in text for word in words)


def emptiable(name: str) -> StorageRow:
    """Return what would be emptied, by the name of what empties it.

    Raises:
        InvalidParameter: nothing is emptied by this name.
    """
    match = next((row for row in storage_rows() if name and row.emptied_by == name), None)
    if match is None:
        raise InvalidParameter(_("Rien ne se vide sous le nom « %s ».") % name[:40], parameter="vider")
    return match


def empty(name: str) -> None:
    """Empty the cache of tiles, journaled.

    Raises:
        InvalidParameter: nothing is emptied by this name.
    """
    emptiable(name)
    caches["tiles"].clear()
    record(Event.ADMINISTRATION, subject="tiles", action="emptied")


def _table(
    schema: str, name: str, bytes_: int, titles: Mapping[str, str], names: Mapping[str, str]
) -> StorageRow:
    if name == _TILE_TABLE:
        return StorageRow(name, "cache", gettext_lazy("Tuiles et pages gardées"), bytes_, TILES)
    owner = name.partition("_v")[0] if schema == "datasets" else name
    if title := titles.get(owner):
        return StorageRow(name, "couche", f"{title} · {name}" if schema == "datasets" else title, bytes_)
    title = _("Index de la recherche") if name.startswith(_SEARCH_TABLES) else names.get(name, name)
    return StorageRow(f"{schema}.{name}", "table", title, bytes_)


def _names_of_models() -> dict[str, str]:
    """Return the names of the portal's models by their table; a table of history has that of what it follows."""
    names = {}
    for application in apps.get_app_configs():
        for model in application.get_models() if _INSTALLED not in application.path else ():
            followed = getattr(model, "pgh_tracked_model", None)
            name = capfirst(str((followed or model)._meta.verbose_name_plural))
            names[model._meta.db_table] = _("Historique : %s") % name if followed else name
    return names


def _titles_of_tables() -> dict[str, str]:
    """Return the titles of layers by their table, those of datasets by what the names of their tables begin with."""
    titles = dict(Layer.objects.values_list("slug", "title"))
    datasets = {f"d{pk}": title for pk, title in Dataset.objects.values_list("pk", "layer__title").order_by()}
    coded = {
        each.tables[0]: titles[each.slug] for each in registry.coded_definitions() if each.slug in titles
    }
    return coded | datasets
