"""The key of a page: who reads it alike, what was written since, the day, the address, the language and the code.

The numbers come from the database at each request, before any cached byte; nothing is ever invalidated.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Hashable
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import django
from django.apps import apps
from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage
from django.http import HttpRequest
from django.urls import ResolverMatch
from django.utils import timezone, translation

from dashboards.access import GRANT_PERIODS as DASHBOARD_GRANT_PERIODS
from interface.requests import is_fragment
from layers import access, registry
from layers.cache import BoundedCache
from layers.sql.catalogue import PageVersions, page_versions, page_versions_of
from layers.visitor import Credential, Visitor, visitor_of

_SOURCES = frozenset({".py", ".html", ".svg", ".mo"})
# Longer addresses are those of one person's question.
LONGEST_QUERY = 2_000


@dataclass(frozen=True, slots=True)
class CachedView:
    """A view whose pages are cached, and the families of counters that they depend on beside ``catalogue``.

    ``signed_in`` are those of the pages of who has an account. ``words`` are selections, by the number of the account,
    of numbers that change with what is filled in for that person after the cache, beside their name. Pages that are not
    ``is_shared`` between processes are cached by the process that made them.
    """

    public: frozenset[str] = frozenset()
    signed_in: frozenset[str] = frozenset()
    words: tuple[str, ...] = ()
    is_shared: bool = True


_DASHBOARDS = frozenset({"dashboards"})
_OF_LAYER = _DASHBOARDS | {"reuses", "forms"}
_OF_DASHBOARDS = CachedView(_DASHBOARDS, _DASHBOARDS)
# The places of rows differ after each write of one of them.
_SAVED_VIEWS = "SELECT hash_record_extended(ROW(xmin, ctid), 0) FROM explorer_savedview WHERE owner_id = %s"
CACHED_VIEWS = {
    "explorer:home": CachedView(frozenset(), frozenset({"dashboards", "contributions"})),
    "explorer:catalogue": CachedView(),
    "explorer:layer": CachedView(_OF_LAYER, _OF_LAYER),
    "explorer:feature": _OF_DASHBOARDS,
    "explorer:map": CachedView(words=(_SAVED_VIEWS,)),
    "explorer:table": CachedView(),
    "explorer:table-menus": CachedView(),
    "explorer:accessibility": CachedView(),
    "dashboards:list": _OF_DASHBOARDS,
    "dashboards:dashboard": _OF_DASHBOARDS,
    # A dashboard asks for the panels whose answers its process does not have: a process that were served the pages of
    # panels of another one would never have them, and its page of the dashboard never be whole.
    "dashboards:panel": replace(_OF_DASHBOARDS, is_shared=False),
}
# What of an account decides what a page shows it, beside its groups and what is granted to it: permissions, favourites,
# and the layers of which it wrote moderated rows, that it alone may read.
_ROWS = "SELECT layer_id FROM moderation_moderatedrow WHERE author_id = %s GROUP BY layer_id"
_OWN = (
    _ROWS,
    "SELECT permission_id FROM accounts_user_user_permissions WHERE user_id = %s",
    "SELECT dashboard_id FROM dashboards_favourite WHERE owner_id = %s",
)


@dataclass(frozen=True, slots=True)
class PageKey:
    """``text`` names the page in the caches; ``reader`` is all that the rights of who reads it depend on.

    ``words`` are the numbers of what is filled in for one person, ``versions`` those that the page is made by.
    ``is_shared`` tells whether processes share the page.
    """

    text: str
    reader: Hashable
    words: Hashable
    versions: PageVersions
    is_shared: bool


def page_key(request: HttpRequest, match: ResolverMatch) -> PageKey | None:
    """Return the key of the page that a request is for; None for one that is not cached."""
    view, visitor = CACHED_VIEWS.get(match.view_name), visitor_of(request)
    if view is None or not _is_alike(request, visitor):
        return None
    families = view.public if visitor.is_anonymous else view.signed_in
    own = () if visitor.is_anonymous else (*_OWN, *view.words)
    readers = access.reader_families(visitor)
    versions = page_versions(readers, own=own, parameters=[visitor.user_id] * len(own))
    counters = versions.counters({"catalogue"} | families)
    reader = _reader(request, visitor, versions)
    parts = (
        counters,
        reader,
        _data_of(visitor, versions, reader),
        timezone.localdate(visitor.instant).isoformat(),
        request.scheme,
        request.get_host(),
        request.get_full_path(),
        visitor.plan,
        is_fragment(request),
        translation.get_language(),
        release(),
    )
    text = f"page-{hashlib.sha256(repr(parts).encode()).hexdigest()}"
    return PageKey(text, (counters, reader), versions.own[len(_OWN) :], versions, view.is_shared)


def _is_alike(request: HttpRequest, visitor: Visitor) -> bool:
    """Whether others may have asked for the same page: read by its bare address, in a session or without an account."""
    return (
        request.method in {"GET", "HEAD"}
        and visitor.credential in {Credential.NONE, Credential.SESSION}
        and not visitor.is_observed
        and len(request.META.get("QUERY_STRING", "")) <= LONGEST_QUERY
        and not settings.DEBUG
    )


def _reader(request: HttpRequest, visitor: Visitor, versions: PageVersions) -> tuple[Hashable, ...]:
    """Return all that decides what a visitor may read and do: two with the same value get the same pages."""
    rights: tuple[Hashable, ...] = (
        versions.counters({"catalogue"}),
        access.grants_version(visitor, versions),
        DASHBOARD_GRANT_PERIODS.number(visitor, versions),
        visitor.portal,
    )
    if visitor.is_anonymous:
        return rights
    return (
        *rights,
        visitor.is_administrator,
        request.user.is_staff,
        visitor.may_write,
        tuple(sorted(visitor.groups)),
        visitor.user_id if versions.own[_OWN.index(_ROWS)] else None,
        versions.own[: len(_OWN)],
    )


_HIDDEN_TABLES: BoundedCache[frozenset[str]] = BoundedCache(500, is_counted=False)


def _data_of(visitor: Visitor, versions: PageVersions, reader: Hashable) -> tuple[tuple[str, int], ...]:
    """Return the versions of the tables that a visitor may read something of; a table that no layer owns counts."""
    key = (reader, timezone.localdate(visitor.instant))
    with page_versions_of(versions):
        hidden = _HIDDEN_TABLES.recall(key, lambda: _hidden_tables(visitor))
    return tuple(item for item in versions.tables.items() if item[0] not in hidden)


# Layers that a visitor feeds or produces, of which there is one or none.
_OWN_LAYERS: tuple[access.NamedRows, ...] = (("own", lambda visitor: [access.own_layers(visitor)]),)


def _hidden_tables(visitor: Visitor) -> frozenset[str]:
    """Return the tables of the layers of which a visitor reads neither a row, nor statistics, nor what is about theirs.

    The use of the portal is written each minute: without this, no page of the public would be older.
    """
    definitions = list(registry.definitions())
    readable = set(access.countable_slugs(visitor))
    if access.names_with_rows(visitor, _OWN_LAYERS):
        readable |= {each.slug for each in definitions if each.subject_field}
    tables = {
        slug: set(registry.tables_of(each)) for slug, each in ((each.slug, each) for each in definitions)
    }
    read = {name for slug, names in tables.items() if slug in readable for name in names}
    return frozenset(name for names in tables.values() for name in names) - read - set(registry.SHARED_TABLES)


@cache
def release() -> str:
    """Return what stands for the code, templates, translations, published files and settings of this process."""
    environment = sorted((name, text) for name, text in os.environ.items() if name.startswith("PORTAL_"))
    published = getattr(staticfiles_storage, "manifest_hash", "")
    parts = (sorted(_sources()), django.VERSION, environment, published)
    return hashlib.sha256(repr(parts).encode()).hexdigest()


def _sources() -> set[tuple[str, int, int]]:
    """Return the names of the files that make pages, with their sizes and when they were written."""
    folders = [Path(each.path) for each in apps.get_app_configs()]
    ours = [each for each in folders if each.is_relative_to(settings.BASE_DIR) and ".venv" not in each.parts]
    files = (path for folder in [*ours, *settings.LOCALE_PATHS] for path in Path(folder).rglob("*.*"))
    stats = ((path, path.stat()) for path in files if path.suffix in _SOURCES)
    return {(str(path), stat.st_size, stat.st_mtime_ns) for path, stat in stats}
