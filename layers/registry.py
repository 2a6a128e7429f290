"""Where layer definitions come from: providers behind one interface, asked at request time.

Coded layers and datasets are two providers. The composition root lists them in the setting ``LAYER_PROVIDERS``; nothing
is discovered and no URL depends on the list.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Protocol

from django.conf import settings
from django.utils.module_loading import import_string

from layers.definitions import LayerDefinition
from layers.errors import UnknownLayer


class Provider(Protocol):
    """A source of layer definitions."""

    def get(self, slug: str) -> LayerDefinition | None:
        """Return the definition of this slug, or None."""

    def all(self) -> Iterable[LayerDefinition]:
        """Return every definition, in the order of the catalogue."""


class CodedProvider:
    """Definitions written in code, fixed for the life of the process."""

    def __init__(self, definitions: Iterable[LayerDefinition]) -> None:
        self._by_slug = {definition.slug: definition for definition in definitions}

    def get(self, slug: str) -> LayerDefinition | None:
        """Return the definition of this slug, or None."""
        return self._by_slug.get(slug)

    def all(self) -> Iterable[LayerDefinition]:
        """Return every definition, in the order of the table."""
        return self._by_slug.values()


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
    # A provider may ask the database, which has no null character.
    for provider in providers() if "\x00" not in slug else ():
        found = provider.get(slug)
        if found is not None:
            return found
    raise UnknownLayer(slug)


def definitions() -> tuple[LayerDefinition, ...]:
    """Return every definition of every provider."""
    return tuple(found for provider in providers() for found in provider.all())
