"""Pages that an application gives to the search of another one, which does not know it.

``SEARCHED_PAGES`` names functions asked at request time: ``function(visitor)`` returns the pages that exist for a
visitor.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from django.conf import settings
from django.utils.module_loading import import_string

from layers.definitions import Text
from layers.visitor import Visitor


@dataclass(frozen=True, slots=True)
class SearchedPage:
    """A page that may be found by its title or its ``text``; ``kind`` says what it is, ``icon`` draws it."""

    title: str
    text: str
    address: str
    kind: Text
    icon: str


Provider = Callable[[Visitor], Iterable[SearchedPage]]


def searched_pages(visitor: Visitor) -> Iterator[SearchedPage]:
    """Return the pages of other applications that a visitor may find."""
    for name in settings.SEARCHED_PAGES:
        yield from _provider(name)(visitor)


@lru_cache(maxsize=16)
def _provider(name: str) -> Provider:
    found: Provider = import_string(name)
    return found
