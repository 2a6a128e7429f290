"""Parts of pages and results of the search that an application adds to those of another one, which does not know it.

``PAGE_PARTS`` names functions by page: ``function(visitor, subject)`` returns a ``PagePart`` or None. The page says
where they stand with the tag ``{% page_parts %}``, and what they are about. ``SEARCHED_PAGES`` names functions for the
search: ``function(visitor)`` returns the pages that exist for a visitor.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.utils.module_loading import import_string

from layers.access import Scope
from layers.definitions import Text
from layers.visitor import Visitor


@dataclass(frozen=True, slots=True)
class PagePart:
    """A part of a page: a template, and its own context."""

    template: str
    context: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class FeatureSubject:
    """A feature that a page is about, for its parts."""

    scope: Scope
    pk: int


@dataclass(frozen=True, slots=True)
class SelectionSubject:
    """Rows of a layer that a page is about: ``query`` selects them, as parameters of its items."""

    scope: Scope
    query: str


PagePartProvider = Callable[[Visitor, object], PagePart | None]


def page_parts(page: str, visitor: Visitor, subject: object = None) -> Iterator[PagePart]:
    """Return the parts that other applications add to a page, in the order of the setting, for its ``subject``."""
    for name in settings.PAGE_PARTS.get(page, ()):
        provider: PagePartProvider = import_string(name)
        part = provider(visitor, subject)
        if part is not None:
            yield part


@dataclass(frozen=True, slots=True)
class SearchedPage:
    """A page that may be found by its title or its ``text``; ``kind`` says what it is, ``icon`` draws it."""

    title: str
    text: str
    address: str
    kind: Text
    icon: str


SearchedPagesProvider = Callable[[Visitor], Iterable[SearchedPage]]


def searched_pages(visitor: Visitor) -> Iterator[SearchedPage]:
    """Return the pages of other applications that a visitor may find."""
    for name in settings.SEARCHED_PAGES:
        provider: SearchedPagesProvider = import_string(name)
        yield from provider(visitor)
