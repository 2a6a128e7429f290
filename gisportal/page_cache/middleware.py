"""Answers a page from the cache, or caches it; what belongs to one person is written into each answer.

It is the last of the middleware: who asks, on which portal, in which language is known, and only the view is saved.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Hashable, Iterator, Set
from dataclasses import replace
from functools import partial
from http import HTTPStatus

from compression_middleware.middleware import encoding_name
from django.conf import settings
from django.contrib.messages import get_messages
from django.contrib.messages.storage.base import BaseStorage
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.middleware.csrf import get_token
from django.template.loader import render_to_string
from django.urls import Resolver404, resolve
from django.utils import translation
from django.utils.cache import get_conditional_response, patch_vary_headers

from explorer.templatetags.map import saved_view_list
from gisportal.accounts.models import User
from gisportal.page_cache.bodies import StoredPage, packed, unpacked
from gisportal.page_cache.keys import CACHED_VIEWS, PageKey, page_key
from gisportal.recent_pages.queries import last_opened
from interface.shared_pages import Placeholder, sharing
from interface.templatetags.interface import form_token
from layers.cache import BoundedCache
from layers.sql.catalogue import page_versions_of
from layers.sql.limits import time_fault
from layers.visitor import visitor_of
from tiles.services.tile_cache import TileCache

# Pages that were not to be cached are remembered for so long: they are made without waiting for one another.
_REFUSED, _REFUSED_S = 2_000, 2.0
# What a view would compare with a validator of its own: the page that is stored is whole.
_CONDITIONS = ("HTTP_IF_NONE_MATCH", "HTTP_IF_MODIFIED_SINCE")


class _NotCached(Exception):
    """The answer to a request is for that one alone."""

    def __init__(self, response: HttpResponseBase) -> None:
        super().__init__()
        self.response = response


class PageCacheMiddleware:
    """Serves pages that many read alike, of the views of ``CACHED_VIEWS``."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response
        self._pages = TileCache(settings.PAGE_MEMORY_MAX_BYTES)
        self._refused: BoundedCache[bool] = BoundedCache(_REFUSED, is_counted=False)

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        key = self._key(request)
        if key is None:
            return self.get_response(request)
        etag = _etag(request, key)
        same = get_conditional_response(request, etag=etag)
        if same is not None and same.status_code == HTTPStatus.NOT_MODIFIED:
            return _varied(same, etag, request)
        refused = (key.text, time.monotonic() // _REFUSED_S)
        make = partial(self._make, request, key)
        try:
            recall = self._pages.recall if key.is_shared else self._pages.recall_alone
            stored = make() if self._refused.get(refused) else recall(key.text, make)
        except _NotCached as error:
            self._refused.recall(refused, lambda: True)
            return error.response
        except OperationalError as error:
            if time_fault(error) is None:
                raise
            return self.get_response(request)  # another process makes it for longer than a statement may wait
        return _varied(_answer(request, key, unpacked(stored)), etag, request)

    def _key(self, request: HttpRequest) -> PageKey | None:
        if not settings.PAGE_MEMORY_MAX_BYTES or _has_messages(request):
            return None
        try:
            match = resolve(request.path_info)
        except Resolver404:
            return None
        if match.view_name not in CACHED_VIEWS:
            return None
        request.resolver_match = match
        key = page_key(request, match)
        return key and replace(key, words=(key.words, _own_part(request)))

    def _make(self, request: HttpRequest, key: PageKey) -> bytes:
        """Return the bytes to store of the page.

        Raises:
            _NotCached: it is for this request alone.
        """
        conditions = {name: request.META.pop(name) for name in _CONDITIONS if name in request.META}
        with sharing() as page, page_versions_of(key.versions):
            response = self.get_response(request)
        request.META.update(conditions)
        if not isinstance(response, HttpResponse):
            raise _NotCached(response)
        parts = tuple(page.parts_of(response.content))
        if page.is_complete and _is_cacheable(
            request, response, {placeholder for _part, placeholder in parts}
        ):
            return packed(response.headers, parts)
        fill = _filling(request, key)
        response.content = b"".join(
            words for part, placeholder in parts for words in (part, *fill(placeholder))
        )
        raise _NotCached(response)


def _has_messages(request: HttpRequest) -> bool:
    """Whether the page is to show messages, which are of one person."""
    # The session holds what the cookie has no room for: there is none without the cookie.
    if settings.MESSAGE_COOKIE_NAME in request.COOKIES:
        return True
    messages = get_messages(request)
    return isinstance(messages, BaseStorage) and messages.added_new


def _is_cacheable(request: HttpRequest, response: HttpResponse, placeholders: Set[Placeholder]) -> bool:
    """Whether an answer is for all who ask alike: a current page, without a cookie, a policy or a token of its own."""
    return (
        response.status_code == HTTPStatus.OK
        and not response.cookies
        and not request.session.modified
        and not request.META.get("CSRF_COOKIE_NEEDS_UPDATE")
        and not any(name.startswith(("_csp", "xframe")) for name in vars(response))
        and "no-store" not in response.headers.get("Cache-Control", "")
        and "Age" not in response.headers  # figures of before a write (ADR 0058)
        and not (visitor_of(request).is_anonymous and placeholders - {Placeholder.END})
    )


def _answer(request: HttpRequest, key: PageKey, page: StoredPage) -> HttpResponse:
    """Return a stored page as its client reads it, the placeholders filled in."""
    fill = _filling(request, key)
    encodings = {encoding_name(each) for each in request.headers.get("Accept-Encoding", "")[:200].split(",")}
    is_compressed = bool(encodings & {"gzip", "*"})
    response = HttpResponse(page.gzipped(fill) if is_compressed else page.plain(fill), headers=page.headers)
    if is_compressed:
        response.headers["Content-Encoding"] = "gzip"
        patch_vary_headers(response, ["Accept-Encoding"])
    return response


def _varied(response: HttpResponseBase, etag: str, request: HttpRequest) -> HttpResponseBase:
    """Add what caches of clients need: the page is theirs as long as the portal says so at each request."""
    response.headers["ETag"] = etag
    patch_vary_headers(response, ["Cookie", "HX-Request"])
    if visitor_of(request).is_anonymous:
        response.headers.setdefault("Cache-Control", "no-cache")
    return response


def _etag(request: HttpRequest, key: PageKey) -> str:
    """Return the tag of a page: with placeholders, it holds the name and the secret that are written there."""
    parts = [key.text]
    if not visitor_of(request).is_anonymous:
        person = (*_person(request), _waiting_count(request, key))
        parts += [repr((person, key.words)), request.META.get("CSRF_COOKIE", "")]
    return f'W/"{hashlib.sha256(chr(0).join(parts).encode()).hexdigest()[:32]}"'


def _person(request: HttpRequest) -> tuple[Hashable, ...]:
    user = request.user
    return (user.pk, user.get_short_name(), user.get_username()) if isinstance(user, User) else ()


def _own_part(request: HttpRequest) -> tuple[Hashable, ...]:
    """Return what the part of the home page that is of one account depends on, beside the key of the page."""
    match, user_id = request.resolver_match, visitor_of(request).user_id
    is_home = match is not None and match.view_name == "explorer:home"
    if not is_home or user_id is None:
        return ()
    return (last_opened(user_id), getattr(request.user, "ends_at", None))


# What is rendered for each answer.
_WAITING = "interface/includes/waiting_count.html"
_STORED = {
    Placeholder.GREETING: "interface/includes/greeting.html",
    Placeholder.ACCOUNT: "interface/includes/account_menu.html",
    Placeholder.MANAGEMENT: "interface/includes/management_link.html",
    Placeholder.HOME: "interface/includes/home_of_account.html",
}
# The menus, the saved views and the parts of the home page of accounts, in this process alone.
_of_persons: BoundedCache[tuple[tuple[bytes, Placeholder], ...]] = BoundedCache(1_000)


def _filling(request: HttpRequest, key: PageKey) -> Callable[[Placeholder], Iterator[bytes]]:
    """Return how the placeholders of a page are filled in for the person who asks, in parts.

    Those that are the same for each of the pages of a person are the same objects, which are compressed once.
    """

    def fill(placeholder: Placeholder) -> Iterator[bytes]:
        if placeholder is Placeholder.END:
            return
        if placeholder is Placeholder.TOKEN:
            yield form_token({"csrf_token": get_token(request)}).encode()
        elif placeholder is Placeholder.WAITING:
            yield render_to_string(_WAITING, request=request).encode()
        else:
            for part, inner in _stored_parts(request, key, placeholder):
                yield part
                yield from fill(inner)

    return fill


def _stored_parts(
    request: HttpRequest, key: PageKey, placeholder: Placeholder
) -> tuple[tuple[bytes, Placeholder], ...]:
    """Return what stands in a placeholder for a person, with the placeholders inside it: written once a reader."""

    def written() -> tuple[tuple[bytes, Placeholder], ...]:
        with sharing() as page:
            if placeholder is Placeholder.SAVED_VIEWS:
                html = saved_view_list(request)
            else:
                html = render_to_string(_STORED[placeholder], request=request)
        return tuple(page.parts_of(html.encode()))

    decided_by: Hashable = key.reader
    if placeholder is Placeholder.SAVED_VIEWS:
        decided_by = key.words
    elif placeholder is Placeholder.HOME:  # it names layers and dashboards, and what changed in them
        decided_by = (key.text, key.words)
    place = (request.scheme, request.get_host(), translation.get_language(), placeholder)
    return _of_persons.recall((_person(request), decided_by, *place), written)


def _waiting_count(request: HttpRequest, key: PageKey) -> str:
    """Return the number of what waits, as the page shows it; empty for who has no page of management."""
    parts = _stored_parts(request, key, Placeholder.MANAGEMENT)
    if not any(inner is Placeholder.WAITING for _part, inner in parts):
        return ""
    return render_to_string(_WAITING, request=request)
