"""What the three forms of capabilities have in common, and what they say besides the layers."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Protocol

from django.conf import settings
from django.contrib.gis.geos import Polygon
from django.utils.translation import gettext as _

from layers.access import Scope
from layers.crs import CC49, CRS84, LAMBERT_93, WEB_MERCATOR, WGS84
from layers.formats.xml_elements import each, element
from layers.vocabulary import LICENCE_URLS
from wfs.requests import GetCapabilities
from wfs.versions import SrsForm, Version, formats_of

Bounds = tuple[float, float, float, float]
XLINK = "http://www.w3.org/1999/xlink"
XSI = "http://www.w3.org/2001/XMLSchema-instance"
# The first is what features are in when a request does not say.
_SERVED = (LAMBERT_93, WGS84, CRS84, WEB_MERCATOR, CC49)
_OF_GEOMETRIES = frozenset({"shp.zip", "fgb", "kml"})
# Parts of a side of an extent in degrees that is told in metres.
_STEPS = 16
_SHORT = (LAMBERT_93, WGS84, WEB_MERCATOR, CC49)


class FilterFunction(Protocol):
    """A function of filters: its arguments are (name, type) pairs, types those of XML Schema."""

    @property
    def name(self) -> str:
        """What a filter calls it."""

    @property
    def arguments(self) -> tuple[tuple[str, str], ...]:
        """What it takes."""

    @property
    def returns(self) -> str:
        """The type of what it gives."""


@dataclass(frozen=True, slots=True)
class CapabilitiesContext:
    """``endpoint`` is what clients put their parameters behind, ``reverse`` gives the absolute address of a page,
    ``record_of`` that of the record of a layer in ISO 19139.

    ``functions`` are those of filters, ``bounds`` are west, south, east, north of each layer by slug, ``writable`` what
    the visitor may do to those that they may change.
    """

    request: GetCapabilities
    endpoint: str
    reverse: Callable[..., str]
    record_of: Callable[[str], str]
    functions: Sequence[FilterFunction]
    bounds: Mapping[str, Bounds | None]
    writable: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def version(self) -> Version:
        """The version of the document."""
        return self.request.version

    def has(self, section: str) -> bool:
        """Whether a section is requested."""
        return not self.request.sections or section in self.request.sections

    def page_of(self, scope: Scope) -> str:
        """Return the address of the page of the catalogue that describes a layer."""
        return self.reverse("explorer:layer", scope.slug)


def title() -> str:
    """Return what the service is called."""
    return _("Portail de données géographiques")


def abstract(context: CapabilitiesContext) -> str:
    """Return what the service is, in one sentence; to who may write, a second says what is not stored."""
    text = _("Données géographiques du territoire : couches ouvertes, et couches internes selon vos droits.")
    if not context.writable:
        return text
    ignored = _(
        "Les propriétés gml:identifier, gml:name et gml:description d’un objet écrit ne sont pas gardées."
    )
    return f"{text} {ignored}"


def keywords(scope: Scope) -> list[str]:
    """Return the keywords of a layer, its theme first."""
    return list(dict.fromkeys([scope.layer.theme.title, *scope.layer.keywords]))


def licence(scope: Scope) -> str:
    """Return the licence of a layer in words, with its address where it has one."""
    name = scope.layer.get_licence_display()
    address = LICENCE_URLS.get(scope.layer.licence, "")
    return f"{name} ({address})" if address else str(name)


def described(scope: Scope) -> str:
    """Return the abstract of a layer, followed by its licence and its source."""
    lines = [
        scope.layer.abstract,
        _("Licence : %s.") % licence(scope),
        _("Source : %s.") % scope.layer.source.rstrip(".") if scope.layer.source else "",
        _("Données d’exemple.") if scope.layer.is_sample else "",
    ]
    return "\n".join(text for text in lines if text)


def contact() -> str:
    """Return the address that people write to about the portal."""
    return str(settings.PORTAL_CONTACT)


def systems(version: Version) -> list[str]:
    """Return the names of the coordinate systems served, the default one first."""
    if version.srs_form is SrsForm.SHORT:
        return [version.srs_form.value.format(code=crs.srid) for crs in _SHORT]
    return [
        "urn:ogc:def:crs:OGC:1.3:CRS84" if crs is CRS84 else version.srs_form.value.format(code=crs.srid)
        for crs in _SERVED
    ]


def in_default_system(bounds: Bounds) -> Bounds:
    """Return the box around an extent in degrees, in whole metres of Lambert-93, the default system.

    Its sides are followed, since a parallel bends between its ends.
    """
    west, south, east, north = bounds
    steps = [step / _STEPS for step in range(_STEPS)]
    corners = ((west, south), (east, south), (east, north), (west, north), (west, south))
    ring = [
        (x + (next_x - x) * step, y + (next_y - y) * step)
        for (x, y), (next_x, next_y) in pairwise(corners)
        for step in steps
    ]
    around = Polygon([*ring, corners[0]], srid=CRS84.srid)
    left, bottom, right, top = around.transform(LAMBERT_93.srid, clone=True).extent
    return math.floor(left), math.floor(bottom), math.ceil(right), math.ceil(top)


def format_names(version: Version, scope: Scope | None = None) -> list[str]:
    """Return the names of the formats: those of a table are fewer."""
    is_table = scope is not None and not scope.definition.geometry.is_located
    return [form.names[0] for form in formats_of(version) if not (is_table and form.export in _OF_GEOMETRIES)]


def domain(name: str, values: Sequence[str], *, tag: str, default: str = "") -> str:
    """Return a parameter or a constraint of OWS 1.1: its values, or the one value it has."""
    allowed = element("ows:AllowedValues", each("ows:Value", values)) if values else element("ows:NoValues")
    standing = each("ows:DefaultValue", [default] if default else [])
    return element(tag, allowed, standing, attributes={"name": name})
