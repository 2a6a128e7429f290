"""The conditions of the map, in words: one chip each, with the address of the map without it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from explorer.filters.expressions import WORDED
from explorer.layer_panel.queries import MapResult
from explorer.map_state.parsing import COMBINING, DISJOINT, TOUCHING, MapQuery
from explorer.map_state.queries import LIVE, field_of
from interface import wording
from interface.conditions import value_words
from interface.territory import label_communes
from interface.titles import in_a, named_feature, noun_of, of_a, overlapping_a, touching_a
from layers.access import Scope
from layers.parsing.query import SpatialRelation, parse_spatial_relations
from layers.queries import communes, is_overlap
from layers.styles.definitions import Style


@dataclass(frozen=True, slots=True)
class Chip:
    """A condition: ``subject`` is its field or layer, ``words`` its values; ``names`` are its parameters.

    ``address`` is the query string of the map without the condition, ``style`` that of its layer. ``tokens`` are the
    same words, each with whether people chose it; none where ``words`` are all.
    """

    subject: str
    words: str
    names: tuple[str, ...]
    address: str
    style: Style | None = None
    tokens: tuple[tuple[str, bool], ...] = ()


def chips(view: MapResult) -> list[Chip]:
    """Return a chip for each condition of the map, in the order of the address."""
    by_slug = {result.scope.slug: result.scope for result in view.everything}
    result = _shared(view.query)
    for slug, requested in view.query.own.items():
        if slug in by_slug:
            own = _own(view.query, by_slug[slug], requested, by_slug)
            result += [replace(chip, style=by_slug[slug].style) for chip in own]
    return result


def _chip(query: MapQuery, subject: str, words: str, names: Sequence[str], only: str | None = None) -> Chip:
    """Make a chip whose address leaves out the parameters ``names``, or just their value ``only``."""
    remaining = [
        (name, value)
        for name, value in query.pairs()
        if name not in names or (only is not None and value != only)
    ]
    return Chip(subject, words, tuple(names), query.address(remaining))


def _shared(query: MapQuery) -> list[Chip]:
    values = dict(query.shared)
    results = []
    if "commune" in values:
        names = {commune.code: commune.nom for commune in communes()}
        words = ", ".join(names.get(code, code) for code in values["commune"].split(","))
        results.append(_chip(query, _("Commune"), words, ["commune"]))
    if "within" in values:
        results.append(_chip(query, _("Zone"), _("dessinée sur la carte"), ["within"]))
    if "near" in values and query.features.near is not None:
        distance = wording.distance(query.features.near.radius_m)
        words = _("à moins de %s d’ici") % distance
        results.append(_chip(query, _("Autour"), words, ["near", "radius"]))
    if "q" in values:
        results.append(_chip(query, _("Mots"), _("« %(text)s »") % {"text": values["q"]}, ["q"]))
    return results


def _own(
    query: MapQuery, scope: Scope, conditions: Mapping[str, tuple[str, ...]], scopes: Mapping[str, Scope]
) -> Iterable[Chip]:
    title = str(scope.layer.title)
    for name, values in conditions.items():
        parameter = f"{scope.slug}.{name}"
        if name in COMBINING:
            for text in values:
                yield _chip(query, title, combined_words(text, scopes, name, scope), [parameter], only=text)
        elif name in WORDED:
            for text in values:
                yield _chip(query, title, WORDED[name](scope, text), [parameter], only=text)
        else:
            (field,) = label_communes([field_of(scope, name)])
            words = _(" ou ").join(value_words(field, value) for value in values)
            yield _chip(query, f"{title} · {field.title}", words, [parameter])


def combined_words(
    text: str, scopes: Mapping[str, Scope], name: str = TOUCHING, subject: Scope | None = None
) -> str:
    """Word a relation with another layer: « à moins de 300 m d’un bâtiment patrimonial », « qui recoupe une zone »."""
    (requested,) = parse_spatial_relations([text.removesuffix(LIVE)], parameter=name)
    scope, distance = scopes.get(requested.layer), wording.distance(requested.metres)
    noun = None if scope is None or requested.pk is not None else noun_of(scope)
    parts = {"distance": distance, "other": _name(requested, scopes) if noun is None else noun.one}
    if name == DISJOINT:
        if noun is None or not requested.metres:
            return _("loin de : %(other)s") % parts
        return _("sans %(other)s à moins de %(distance)s") % parts
    if not requested.metres:
        if noun is None or scope is None or subject is None:
            return _("qui touche : %(other)s") % parts
        return f"{sharing_words(subject, scope, requested)} {noun.one}"
    if noun is None:
        return _("à moins de %(distance)s de : %(other)s") % parts
    return f"{_('à moins de')} {distance} {of_a(noun)} {noun.one}"


def sharing_words(subject: Scope, other: Scope, requested: SpatialRelation) -> str:
    """Return the words before the noun of a layer without a distance: « dans une », « qui recoupe une »."""
    noun = noun_of(other)
    if is_overlap(subject, other, requested):
        return overlapping_a(noun)
    is_inside = subject.definition.geometry.is_point and not other.definition.geometry.is_point
    return in_a(noun) if is_inside else touching_a(noun)


def _name(requested: SpatialRelation, scopes: Mapping[str, Scope]) -> str:
    scope = scopes.get(requested.layer)
    if scope is None:
        return requested.layer
    return named_feature(scope, requested.pk) if requested.pk is not None else str(scope.layer.title)
