"""How long an HTTP cache may store an answer and when it must revalidate: the same rule for every protocol."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from layers.access import RasterScope, Scope

# The same address answers differently to different people, in different forms. A 304 says so like the answer it stands
# for, hence the encoding, which compression adds to whole answers alone.
_VARY = "Accept, Accept-Encoding, Authorization, Cookie"


@dataclass(frozen=True, slots=True)
class HttpValidators:
    """Validators of an answer about a layer. Any cache may store open data, only the client's own the rest.

    ``no-cache`` is about use, not storage: a cached answer is validated each time, and a 304 is cheap since the ETag
    is made of the permissions, the data version and the query, without touching a feature.
    """

    etag: str
    cache_control: str

    @property
    def headers(self) -> dict[str, str]:
        """The response headers that carry the validators."""
        return {"ETag": self.etag, "Cache-Control": self.cache_control, "Vary": _VARY}


def http_validators(scope: Scope | RasterScope, version: int, parts: Iterable[str]) -> HttpValidators:
    """Return the validators of an answer; ``parts`` are its other inputs (address, media type, language)."""
    identity = "\x1f".join((scope.key, str(version), scope.layer.updated_at.isoformat(), *parts))
    digest = hashlib.sha256(identity.encode()).hexdigest()[:32]
    return HttpValidators(f'W/"{digest}"', _cache_control(is_public=scope.is_public))


def validators_of_feature(
    scope: Scope, row_version: str, related_version: int, parts: Iterable[str]
) -> HttpValidators:
    """Return the validators of an answer about one feature: its tag opens with the version of the row.

    The tag is strong, and a change of another row leaves it alone. ``row_version`` is what a change starts from
    (``started_from``); the rest distinguishes answers: permissions, related records, address, media type.
    """
    identity = "\x1f".join((scope.key, str(related_version), scope.layer.updated_at.isoformat(), *parts))
    digest = hashlib.sha256(identity.encode()).hexdigest()[:24]
    return HttpValidators(f'"{row_version}.{digest}"', _cache_control(is_public=scope.is_public))


def started_from(tags: Iterable[str]) -> frozenset[str]:
    """Return the row versions in entity tags of features.

    A server or a proxy that compresses the answer weakens its tag (``W/``); the row version says the same.
    """
    return frozenset(tag.removeprefix("W/").strip('"').partition(".")[0] for tag in tags)


def validators_of_scopes(scopes: Sequence[Scope], parts: Iterable[str], *, is_public: bool) -> HttpValidators:
    """Return the validators of an answer about what a visitor sees of several layers, none of them included.

    ``is_public``: the public would get the same answer when every layer of it is public.
    """
    each = [http_validators(scope, scope.version, ()) for scope in scopes]
    identity = "\x1f".join((*(fresh.etag for fresh in each), *parts))
    digest = hashlib.sha256(identity.encode()).hexdigest()[:32]
    is_public = is_public and all(scope.is_public for scope in scopes)
    return HttpValidators(f'W/"{digest}"', _cache_control(is_public=is_public))


def validators_of_cached(key: str, encoding: str, *, is_public: bool) -> HttpValidators:
    """Return the validators of an answer that is cached under a key, which holds all that it depends on.

    The tag is strong: the same bytes come back, and those of another content encoding have another tag.
    """
    suffix = f"-{encoding}" if encoding else ""
    return HttpValidators(f'"{key[:32]}{suffix}"', _cache_control(is_public=is_public))


def _cache_control(*, is_public: bool) -> str:
    return "public, no-cache" if is_public else "private, no-cache"
