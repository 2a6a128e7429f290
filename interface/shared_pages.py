"""What a page that many people share leaves open: the words and tokens of one person are written after the cache.

While a page is made to be shared (``sharing``), the tags ``{% form_token %}``, ``{% account_menu %}`` and
``{% own_views %}`` write a mark in their place, which nobody can guess; ``parts_of`` cuts the page there. A part of a
page that was left out, because it was slow or is not computed yet, says so (``leave_incomplete``): such a page is for
its reader alone.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from enum import Enum

from django.utils.html import format_html
from django.utils.safestring import SafeString


class Placeholder(Enum):
    """What is written for each person: a token of forms, the menu of the account, its greeting, home and saved views.

    So are the link to the pages of management and the number of what waits there, for who has these pages.

    Nothing is written at the end of the page.
    """

    TOKEN = "token"  # noqa: S105  (the name of a place)
    ACCOUNT = "account"
    MANAGEMENT = "management"
    WAITING = "waiting"
    GREETING = "greeting"
    HOME = "home"
    SAVED_VIEWS = "views"
    END = ""


@dataclass(slots=True)
class SharedPage:
    """A page that is being made for many people."""

    mark: str = field(default_factory=lambda: secrets.token_hex(16))
    is_complete: bool = True

    def parts_of(self, content: bytes) -> Iterator[tuple[bytes, Placeholder]]:
        """Yield the bytes up to each placeholder, and the placeholder."""
        pieces = re.split(rf"<!--{self.mark} (\w+)-->".encode(), content)
        yield from (
            (piece, Placeholder(name.decode()))
            for piece, name in zip(pieces[::2], pieces[1::2], strict=False)
        )
        yield pieces[-1], Placeholder.END


_page: ContextVar[SharedPage | None] = ContextVar("page that is made for many people", default=None)


@contextmanager
def sharing() -> Iterator[SharedPage]:
    """Make a page for many people in the block."""
    page = SharedPage()
    token = _page.set(page)
    try:
        yield page
    finally:
        _page.reset(token)


def mark_of(placeholder: Placeholder) -> SafeString | None:
    """Return what a page writes in place of a placeholder; None when it is made for one person."""
    page = _page.get()
    return None if page is None else format_html("<!--{} {}-->", page.mark, placeholder.value)


def leave_incomplete() -> None:
    """Note that the page lacks a part, which the next reader may get."""
    page = _page.get()
    if page is not None:
        page.is_complete = False
