"""Where layer definitions come from: providers behind one interface, called at request time.

Coded layers and datasets are two providers. The composition root lists them in the setting ``LAYER_PROVIDERS``;
nothing is discovered and no URL depends on the list.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Protocol

from django.conf import settings
from django.db import connection
from django.utils.module_loading import import_string

from layers.definitions import LayerDefinition
from layers.errors import UnknownLayer, UnknownLayerVersion
from layers.models import Commune, Layer
from layers.sql.catalogue import layer_entries, question

# Commune boundaries take part in ``commune=`` and in the portals, so they take part in every version.
SHARED_TABLES = (Commune._meta.db_table,)
_COLUMNS = tuple(Layer._meta.concrete_fields)
_NAMES = [column.attname for column in _COLUMNS]
# Columns of a catalogue row, in the order that ``layer_of`` takes them.
COLUMNS = tuple(str(column.column) for column in _COLUMNS)
# No table has a comma in its name.
_QUESTION = question(
    COLUMNS,
    tables="string_to_array(asked.tables, ',')",
    joins=" JOIN unnest(%s::text[], %s::text[]) AS asked(slug, tables) ON asked.slug = layer.slug",
)


@dataclass(frozen=True, slots=True)
class RegisteredLayer:
    """A layer and its row of the catalogue, read together.

    ``version`` is that of its data, ``readers`` are (name, group) of its protected fields and relations, the group
    None where there is none.
    """

    definition: LayerDefinition
    layer: Layer
    version: int
    readers: tuple[tuple[str, int | None], ...]


@dataclass(frozen=True, slots=True)
class LayerVersion:
    """A version of a layer whose rows are stored.

    ``at`` is the instant it was published, or delivered while it is not.
    """

    number: int
    at: dt.datetime
    is_online: bool
    is_published: bool


class Provider(Protocol):
    """A source of layer definitions."""

    def get(self, slug: str) -> LayerDefinition | None:
        """Return the definition of this slug, or None."""

    def locate(self, slugs: Sequence[str]) -> dict[str, RegisteredLayer]:
        """Return layers by slug with their catalogue rows, in one question; not those without either."""

    def all(self) -> Iterable[LayerDefinition]:
        """Return every definition, in the order of the catalogue."""

    def versions(self, slug: str) -> Sequence[LayerVersion]:
        """Return the versions of a layer whose rows are stored, newest first; none for a layer without versions."""

    def version(self, slug: str, number: int) -> LayerDefinition | None:
        """Return the definition of one of ``versions``, None where there is none of this number."""


class CodedProvider:
    """Definitions written in code, fixed for the life of the process."""

    def __init__(self, definitions: Iterable[LayerDefinition]) -> None:
        self._by_slug = {definition.slug: definition for definition in definitions}

    def get(self, slug: str) -> LayerDefinition | None:
        """Return the definition of this slug, or None."""
        return self._by_slug.get(slug)

    def locate(self, slugs: Sequence[str]) -> dict[str, RegisteredLayer]:
        """Return layers by slug with their catalogue rows; not those without either."""
        return self._located(slugs) if any(slug in self._by_slug for slug in slugs) else {}

    def ask(self, slugs: Sequence[str]) -> None:
        """Run the query of ``locate`` for layers that are none of these."""
        self._located(slugs)

    def _located(self, slugs: Sequence[str]) -> dict[str, RegisteredLayer]:
        tables = [",".join(tables_of(self._by_slug[slug])) if slug in self._by_slug else "" for slug in slugs]
        located = {}
        coded = [slug for slug in slugs if slug in self._by_slug]
        for entry in layer_entries(_QUESTION, [list(slugs), tables, coded]):
            layer = layer_of(entry.values)
            definition = self._by_slug[layer.slug]
            located[layer.slug] = RegisteredLayer(definition, layer, entry.version, entry.readers)
        return located

    def all(self) -> Iterable[LayerDefinition]:
        """Return every definition, in the order of the table."""
        return self._by_slug.values()

    def versions(self, slug: str) -> Sequence[LayerVersion]:
        """Return nothing: a layer written in code has its current rows alone."""
        return ()

    def version(self, slug: str, number: int) -> LayerDefinition | None:
        """Return None."""
        return None


@cache
def _providers(paths: tuple[str, ...]) -> tuple[Provider, ...]:
    return tuple(import_string(path) for path in paths)


def providers() -> tuple[Provider, ...]:
    """Return the providers of the setting ``LAYER_PROVIDERS``."""
    return _providers(tuple(settings.LAYER_PROVIDERS))


def definition(slug: str) -> LayerDefinition:
    """Return the definition of a layer.

    Raises:
        UnknownLayer: no provider has it.
    """
    result: LayerDefinition | None = None
    # A provider may ask the database, which has no null character.
    for provider in providers() if "\x00" not in slug else ():
        if result is None or result.yields_to_datasets:
            result = provider.get(slug) or result
    if result is None:
        raise UnknownLayer(slug)
    return result


def locate(slugs: Sequence[str]) -> dict[str, RegisteredLayer]:
    """Return layers by slug with their row of the catalogue, in one query a provider.

    What no provider has, or the catalogue has no row for, is missing.
    """
    located: dict[str, RegisteredLayer] = {}
    for provider in providers():
        missing = [slug for slug in slugs if not _is_settled(located.get(slug)) and "\x00" not in slug]
        located |= provider.locate(missing) if missing else {}
    return located


def _is_settled(match: RegisteredLayer | None) -> bool:
    """Whether no later provider replaces what was located."""
    return match is not None and not match.definition.yields_to_datasets


def ask_rest(slugs: Sequence[str], *, located: Container[str]) -> None:
    """Ask the providers that ``locate`` had no need of, where a layer is hidden or absent: not among those ``located``.

    Each provider is then asked once, whichever has the layer and whether it is there: neither the number of the
    statements of a refusal nor their kinds tell it.
    """
    if all(slug in located for slug in slugs):
        return
    valid = [slug for slug in slugs if "\x00" not in slug]
    coded = [provider for provider in providers() if isinstance(provider, CodedProvider)]
    coded_slugs = [slug for slug in valid if any(provider.get(slug) for provider in coded)]
    if not coded_slugs:
        for provider in coded:
            provider.ask(valid)
    elif len(coded_slugs) == len(valid):
        for other in providers():
            if not isinstance(other, CodedProvider):
                other.locate(valid)


def versions(slug: str) -> tuple[LayerVersion, ...]:
    """Return the versions of a layer whose rows are stored, newest first; none where it has no versions."""
    return tuple(match for provider in providers() for match in provider.versions(slug))


def version(slug: str, number: int) -> LayerDefinition:
    """Return the definition of a version of a layer.

    Raises:
        UnknownLayerVersion: its rows are not kept, or there is none of this number.
    """
    for provider in providers():
        match = provider.version(slug, number)
        if match is not None:
            return match
    raise UnknownLayerVersion(slug, number)


def coded_definitions() -> tuple[LayerDefinition, ...]:
    """Return the definitions written in code, without a query."""
    coded = (provider for provider in providers() if isinstance(provider, CodedProvider))
    return tuple(each for provider in coded for each in provider.all())


def tables_of(definition: LayerDefinition) -> set[str]:
    """Return the tables whose versions add up to that of a layer."""
    return {*definition.tables, *SHARED_TABLES}


def layer_of(values: Sequence[Any]) -> Layer:
    """Return a catalogue row as the ORM would, from the values of ``COLUMNS``."""
    read = [
        column.from_db_value(value, None, connection) if hasattr(column, "from_db_value") else value
        for column, value in zip(_COLUMNS, values, strict=True)
    ]
    return Layer.from_db(connection.alias, _NAMES, read)


def definitions() -> tuple[LayerDefinition, ...]:
    """Return every definition of every provider; a dataset takes the place of a layer that yields to it."""
    by_slug: dict[str, LayerDefinition] = {}
    for provider in providers():
        for each in provider.all():
            if each.slug not in by_slug or by_slug[each.slug].yields_to_datasets:
                by_slug[each.slug] = each
    return tuple(by_slug.values())
