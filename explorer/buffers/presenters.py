"""Outlines and links as the map draws them and as its legend words them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from explorer.buffers.queries import (
    MAX_MATCHED,
    MAX_OBJECTS,
    AnswerMatches,
    BufferShape,
    DrawingFault,
    relations,
)
from explorer.map_state.parsing import MapQuery
from interface import wording
from interface.pictures import inline
from interface.titles import around_a, noun_of
from layers.access import Scope
from styles.pictures import SvgPicture

_FAULTS = {
    DrawingFault.NONE_NEAR: gettext_lazy("aucun ici"),
    DrawingFault.TOO_MANY: gettext_lazy("non tracé ici : plus de %s objets"),
    DrawingFault.TOO_SLOW: gettext_lazy("non tracé ici : trop long à calculer"),
}
_EDGE = '<rect x="3" y="3" width="22" height="14" rx="3" fill="none" stroke="@{token}" stroke-width="3"/>'
_CIRCLE = '<circle cx="14" cy="10" r="7.5" fill="none" stroke="@{token}" stroke-width="2.5"/>'
_DASHES = (
    '<rect x="2" y="4" width="24" height="12" rx="3" fill="none" stroke="@{token}" stroke-width="2" '
    'stroke-dasharray="4 2.5"/>'
)


@dataclass(frozen=True, slots=True)
class BufferLegendLine:
    """A line of the legend in the layer's colour, ``name`` being what the answer of ``/carte/alentours/`` calls it.

    « 300 m autour d’un bâtiment patrimonial » with an outline, « bâtiment patrimonial d’une réponse » with a ring.
    ``is_on`` tells that the other layer is on: the line is among those of that layer.
    """

    other: Scope
    name: str
    words: str
    shape: str
    is_on: bool

    @property
    def swatch(self) -> SafeString:
        """The outline, the edge or the ring, as drawn: the last two in ink where they have the colour of a class."""
        is_classed = self.shape != _DASHES and self.other.style.field
        token = "ink" if is_classed else self.other.style.token
        return inline(SvgPicture(28, 20, self.shape.format(token=token)), "symbol")


def legend_entries(
    scopes: Sequence[Scope], query: MapQuery, scopes_by_slug: Mapping[str, Scope]
) -> list[BufferLegendLine]:
    """Return a line for each distance and each matched layer in the relations of the visible layers, each once."""
    on = {scope.slug for scope in scopes}
    entries: dict[str, BufferLegendLine] = {}
    for scope in scopes:
        for one, other in relations(scope, query, scopes_by_slug):
            is_on = other.slug in on
            if one.metres:
                name, words = outline_name(other, one.metres), outline_words(one.metres, other)
                entries[name] = BufferLegendLine(other, name, words, _DASHES, is_on)
            if not one.is_disjoint:
                words = capfirst(_("%s d’une réponse") % noun_of(other).one)
                mark = _CIRCLE if other.definition.geometry.is_point else _EDGE
                entries[other.slug] = BufferLegendLine(other, other.slug, words, mark, is_on)
    return list(entries.values())


def outline_words(metres: float, other: Scope) -> str:
    """Word an outline: « 300 m autour d’un bâtiment patrimonial »."""
    noun = noun_of(other)
    return f"{wording.distance(metres)} {around_a(noun)} {noun.one}"


def outline_name(other: Scope, metres: float) -> str:
    """Return the name of an outline, as in the address of the map: ``batiments-patrimoniaux@300``."""
    return f"{other.slug}@{metres:g}"


def fault_words(fault: DrawingFault) -> str:
    """Word why an outline is not drawn."""
    words = str(_FAULTS[fault])
    return words % wording.number(MAX_OBJECTS) if fault is DrawingFault.TOO_MANY else words


def _match_fault_words(fault: DrawingFault) -> str:
    if fault is DrawingFault.TOO_MANY:
        return _("non marqué ici : plus de %s réponses") % wording.number(MAX_MATCHED)
    return fault_words(fault)


def drawing(scope: Scope, outlines: Sequence[BufferShape], matches: AnswerMatches) -> dict[str, Any]:
    """Return what the map draws, as GeoJSON: outlines, matched objects, links, and at the end of each how long it is.

    ``notes`` (a foreign member, RFC 7946 section 6.1) are the lines of the legend of what is not drawn, and why.
    """
    features = [
        _feature(one.shape, {"kind": "outline", "token": one.other.style.token})
        for one in outlines
        if one.shape is not None
    ]
    for one in matches.objects:
        parts: dict[str, Any] = {"token": one.token, "layer": one.other.slug, "id": one.pk, "text": one.title}
        parts |= {"isBeyond": True} if one.is_beyond else {}
        features.append(_feature(one.shape, {"kind": "matched", **parts}))
    for link in matches.links:
        parts = {"token": scope.style.token, "id": link.pk}
        features.append(_feature(link.shape, {"kind": "link", **parts}))
        start = {"type": "Point", "coordinates": link.shape["coordinates"][0]}
        features.append(
            _feature(
                start,
                {
                    "kind": "label",
                    "text": wording.sure_distance(link.metres, link.error),
                    "short": wording.distance(link.metres),
                    "name": link.title,
                    **parts,
                },
            )
        )
    notes = {outline_name(one.other, one.metres): fault_words(one.fault) for one in outlines if one.fault}
    if matches.fault:
        notes |= {other.slug: _match_fault_words(matches.fault) for other in matches.other_scopes}
    return {"type": "FeatureCollection", "features": features, "notes": notes}


def _feature(shape: dict[str, Any], properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "Feature", "geometry": shape, "properties": properties}
