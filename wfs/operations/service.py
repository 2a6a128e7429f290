"""The service of one visitor: its address and their layers; and the result of an operation."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlencode

from layers import access
from layers.access import Scope
from layers.errors import HiddenLayer, InvalidParameter, UnknownLayer
from layers.formats.http_validators import HttpValidators, validators_of_scopes
from layers.services.features import Expected
from layers.visitor import Visitor
from wfs.formats.gml.spool import Readable
from wfs.names import slug_of

XML = "text/xml; charset=utf-8"
# No slug is longer.
_LONGEST = 63


@dataclass(frozen=True, slots=True)
class Response:
    """An answer: its bytes, or a file open at its beginning. ``file_name`` is the name of the download, if any."""

    body: bytes | Readable
    media_type: str = XML
    size: int | None = None
    file_name: str = ""


@dataclass(frozen=True, slots=True)
class DeferredResponse:
    """Validators of an answer, read before any feature; ``fresh`` is None for a transaction, never cached."""

    fresh: HttpValidators | None
    write: Callable[[], Response]


@dataclass(frozen=True, slots=True)
class Service:
    """``address`` is absolute, without a query; ``layer`` is the slug of the one layer that it serves, if it does.

    ``reverse`` gives the absolute address of a page by its name; ``parameters`` are those that the request came with,
    none for a body of XML; ``language`` is that of the answer. ``expected`` are the versions of features that a
    write may start from, None for any.
    """

    visitor: Visitor
    address: str
    reverse: Callable[..., str]
    layer: str = ""
    parameters: Sequence[tuple[str, str]] = field(default=())
    language: str = "fr"
    expected: Expected = None

    @property
    def endpoint(self) -> str:
        """The address that clients put their parameters behind, with those that links repeat (``Visitor.carried``)."""
        carried = self.visitor.carried
        return f"{self.address}?" + (f"{urlencode(carried)}&" if carried else "")

    def record_of(self, slug: str) -> str:
        """Return the address of the record of a layer, with what ``endpoint`` repeats."""
        carried = self.visitor.carried
        address: str = self.reverse("wfs:record", slug)
        return f"{address}?{urlencode(carried)}" if carried else address

    def scopes(self) -> list[Scope]:
        """Return what the visitor may know of each layer served here, in the order of the catalogue.

        Raises:
            UnknownLayer: the one layer of this address is hidden or does not exist.
        """
        return [access.scope(self.visitor, self.layer)] if self.layer else access.visible(self.visitor)

    def scope(self, name: str, *, parameter: str) -> Scope:
        """Return what the visitor may know of the layer of a feature type.

        Raises:
            HiddenLayer: it is hidden, and the visitor gave no credentials.
            UnknownLayer: the one layer of this address is hidden or does not exist.
            InvalidParameter: no such type, or it is hidden from this visitor, or not served at this address.
        """
        slug = slug_of(name)
        try:
            if len(slug) > _LONGEST or (self.layer and slug != self.layer):
                raise UnknownLayer(slug[:_LONGEST])
            return access.scope(self.visitor, slug)
        except HiddenLayer:
            raise
        except UnknownLayer as error:
            if slug == self.layer:
                raise
            raise InvalidParameter(error.detail, parameter=parameter) from None

    def named(self, names: Iterable[str], *, parameter: str) -> list[Scope]:
        """Return the scopes of some feature types, of all of them where none is named.

        Raises:
            HiddenLayer, InvalidParameter: as ``scope``.
        """
        parameters = list(dict.fromkeys(names))
        return [self.scope(name, parameter=parameter) for name in parameters] if parameters else self.scopes()

    def fresh(self, scopes: Sequence[Scope], *parts: str) -> HttpValidators:
        """Return the validators of an answer about some layers, ``parts`` being what else it depends on."""
        return validators_of_scopes(
            scopes, (self.endpoint, self.language, *parts), is_public=self.visitor.is_anonymous
        )
