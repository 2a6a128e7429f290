"""What an HTTP cache may keep and when it must ask again: the same rule for every protocol."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from layers.access import RasterScope, Scope
from layers.queries import Selection

# The same address answers differently to different people, in different forms. A 304 says so like the answer it stands
# for, hence the encoding, which compression adds to whole answers alone.
_VARY = "Accept, Accept-Encoding, Authorization, Cookie"


@dataclass(frozen=True, slots=True)
class Freshness:
    """Validators of an answer about a layer. Open data may be kept by anybody, the rest by the asker's own cache.

    ``no-cache`` is about use, not storage: a kept answer is asked about each time, and a 304 is cheap since the ETag is
    made of the permissions, the data version and the question, without touching a feature.
    """

    etag: str
    cache_control: str

    @property
    def headers(self) -> dict[str, str]:
        """The response headers that carry the validators."""
        return {"ETag": self.etag, "Cache-Control": self.cache_control, "Vary": _VARY}


def freshness(scope: Scope | RasterScope, version: int, parts: Iterable[str]) -> Freshness:
    """Return the validators of an answer; ``parts`` are what else it depends on (address, form, language)."""
    identity = "\x1f".join((scope.key, str(version), scope.layer.updated_at.isoformat(), *parts))
    digest = hashlib.sha256(identity.encode()).hexdigest()[:32]
    return Freshness(f'W/"{digest}"', _cache_control(is_public=scope.is_public))


def freshness_of_feature(scope: Scope, row_version: str, beside: int, parts: Iterable[str]) -> Freshness:
    """Return the validators of an answer about one feature: its tag opens with the version of the row.

    The tag is strong, and a change of another row leaves it alone. ``row_version`` is what a change starts from
    (``started_from``); the rest tells answers apart: permissions, related records (``beside``), address, form.
    """
    identity = "\x1f".join((scope.key, str(beside), scope.layer.updated_at.isoformat(), *parts))
    digest = hashlib.sha256(identity.encode()).hexdigest()[:24]
    return Freshness(f'"{row_version}.{digest}"', _cache_control(is_public=scope.is_public))


def started_from(tags: Iterable[str]) -> frozenset[str]:
    """Return the row versions in entity tags of features.

    A server or a proxy that compresses the answer weakens its tag (``W/``); the row version says the same.
    """
    return frozenset(tag.removeprefix("W/").strip('"').partition(".")[0] for tag in tags)


def freshness_of(selections: Sequence[Selection], parts: Iterable[str]) -> Freshness:
    """Return the validators of an answer made of several selections: as private as the most private of them."""
    each = [freshness(selection.scope, selection.version, ()) for selection in selections]
    identity = "\x1f".join((*(fresh.etag for fresh in each), *parts))
    digest = hashlib.sha256(identity.encode()).hexdigest()[:32]
    is_public = all(selection.scope.is_public for selection in selections)
    return Freshness(f'W/"{digest}"', _cache_control(is_public=is_public))


def freshness_of_scopes(scopes: Sequence[Scope], parts: Iterable[str], *, is_public: bool) -> Freshness:
    """Return the validators of an answer about what a visitor sees of several layers, none of them included.

    ``is_public`` tells that nobody at all would get the same answer when every layer of it is public.
    """
    each = [freshness(scope, scope.version, ()) for scope in scopes]
    identity = "\x1f".join((*(fresh.etag for fresh in each), *parts))
    digest = hashlib.sha256(identity.encode()).hexdigest()[:32]
    is_public = is_public and all(scope.is_public for scope in scopes)
    return Freshness(f'W/"{digest}"', _cache_control(is_public=is_public))


def freshness_of_kept(key: str, encoding: str, *, is_public: bool) -> Freshness:
    """Return the validators of an answer that is kept under a key, which says all that it depends on.

    The tag is strong: the same bytes come back, and those of another content encoding have another tag.
    """
    suffix = f"-{encoding}" if encoding else ""
    return Freshness(f'"{key[:32]}{suffix}"', _cache_control(is_public=is_public))


def _cache_control(*, is_public: bool) -> str:
    return "public, no-cache" if is_public else "private, no-cache"
