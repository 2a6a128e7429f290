"""Parts that an application adds to a page of another one, which does not know it.

``PAGE_PARTS`` names, by page, functions asked at request time: ``function(visitor, subject)`` returns a ``PagePart`` or
None. The page says where they stand with the tag ``{% page_parts %}``, and what they are about.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.utils.module_loading import import_string

from layers.visitor import Visitor


@dataclass(frozen=True, slots=True)
class PagePart:
    """A part of a page: a template, and what it needs beside what every page has."""

    template: str
    context: Mapping[str, Any] = field(default_factory=dict)


Provider = Callable[[Visitor, object], PagePart | None]


def page_parts(page: str, visitor: Visitor, subject: object = None) -> Iterator[PagePart]:
    """Return what other applications add to a page, in the order of the setting; ``subject`` is what it is about."""
    for name in settings.PAGE_PARTS.get(page, ()):
        part = _provider(name)(visitor, subject)
        if part is not None:
            yield part


@lru_cache(maxsize=64)
def _provider(name: str) -> Provider:
    found: Provider = import_string(name)
    return found
