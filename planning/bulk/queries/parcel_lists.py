"""Which parcels the lines of a list, or a question about the layer of parcels, mean; what no line is dropped for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from layers import queries
from layers.access import Scope
from layers.errors import InvalidParameter, UnknownLayer, UnknownProperty
from layers.parsing import parse_query
from layers.parsing.query import Parameters
from layers.sql.limits import time_limit
from layers.visitor import Visitor
from planning.bulk.parsing import LINES, MAX_ADDRESSES, MAX_PARCELS, SECTION, ListLine
from planning.geocoding.references import coordinates, parcel_identifier, parcel_reference
from planning.queries.locations import (
    PARCELS,
    Choice,
    commune_codes,
    find_locations,
    point,
    readable_scope,
)
from planning.vocabulary import LocationKind

MAX_NEAR, MAX_MEANT = 3, 8
# What an address of the layer may say of its page alone, and what is read here.
_NOT_OF_ROWS = frozenset({SECTION, "limit", "cursor", "sortby", "properties"})


@dataclass(frozen=True, slots=True)
class LineFault:
    """A line that means no parcel, or several: why, and the places near it. ``number`` is 0 where there is no line."""

    number: int
    text: str
    reason: str
    near: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ParcelList:
    """The parcels of a list by their identifiers, once each, in its order.

    ``repeats`` are lines that mean the parcel of an earlier one: both numbers, and the identifier.
    """

    identifiers: tuple[str, ...] = ()
    faults: tuple[LineFault, ...] = ()
    repeats: tuple[tuple[int, int, str], ...] = ()


@dataclass(slots=True)
class _Reading:
    """What lines mean so far, by their number."""

    identifiers: dict[int, str] = field(default_factory=dict)
    faults: dict[int, LineFault] = field(default_factory=dict)

    def refuse(self, line: ListLine, reason: str, near: Iterable[str] = ()) -> None:
        self.faults[line.number] = LineFault(line.number, line.text, reason, tuple(near)[:MAX_MEANT])


def parcels_scope(visitor: Visitor) -> Scope:
    """Return the layer of parcels.

    Raises:
        UnknownLayer: the visitor reads none.
    """
    scope = readable_scope(visitor, PARCELS)
    if scope is None:
        raise UnknownLayer(PARCELS)
    return scope


def selected_parcels(visitor: Visitor, parameters: Parameters) -> ParcelList:
    """Return the parcels that a question about their layer selects, by the parameters of its items and ``section``.

    Raises:
        BadRequest: as ``parse_query``; there are more than ``MAX_PARCELS``.
        UnknownLayer: the visitor reads no parcels.
    """
    scope = parcels_scope(visitor)
    own = {name: values for name, values in parameters.items() if name not in _NOT_OF_ROWS}
    sections = [text.strip().upper() for text in parameters.get(SECTION, ()) if text.strip()]
    selection = queries.select(scope, parse_query(own))
    rows = selection.queryset
    if sections:
        if "section" not in scope.filterable:
            raise UnknownProperty(_("Les parcelles n’ont pas de section que vous lisiez."), parameter=SECTION)
        rows = rows.filter(section__in=[*sections, *(each.rjust(2, "0") for each in sections)])
    with time_limit("list"):
        identifiers = tuple(rows.order_by("idu").values_list("idu", flat=True)[: MAX_PARCELS + 1])
    if len(identifiers) > MAX_PARCELS:
        raise InvalidParameter(
            _("La sélection compte plus de %d parcelles : réduisez-la.") % MAX_PARCELS, parameter="filter"
        )
    return ParcelList(identifiers)


def listed_parcels(visitor: Visitor, lines: Sequence[ListLine]) -> ParcelList:
    """Return the parcels that lines mean: identifiers, cadastral references, positions, addresses.

    Raises:
        InvalidParameter: too many lines are addresses.
        UnknownLayer: the visitor reads no parcels.
    """
    scope = parcels_scope(visitor)
    reading = _Reading()
    with time_limit("list"):
        left = _read_identifiers(scope, lines, reading)
        left = _read_references(scope, left, reading)
        if len(left) > MAX_ADDRESSES:
            raise InvalidParameter(
                _("%(size)d lignes sont des adresses ; une liste en a %(max)d au plus.")
                % {"size": len(left), "max": MAX_ADDRESSES},
                parameter=LINES,
            )
        for line in left:
            _read_line(visitor, line, reading)
    return _collected(reading)


def _collected(reading: _Reading) -> ParcelList:
    first: dict[str, int] = {}
    repeats = []
    for number, identifier in sorted(reading.identifiers.items()):
        if identifier in first:
            repeats.append((number, first[identifier], identifier))
        else:
            first[identifier] = number
    faults = tuple(fault for _number, fault in sorted(reading.faults.items()))
    return ParcelList(tuple(first), faults, tuple(repeats))


def _read_identifiers(scope: Scope, lines: Iterable[ListLine], reading: _Reading) -> list[ListLine]:
    """Read the lines that are identifiers of the cadastre, by one statement; return the others."""
    written = {line.number: parcel_identifier(line.text) for line in lines}
    named = {identifier for identifier in written.values() if identifier}
    known = set(scope.queryset.filter(idu__in=named).values_list("idu", flat=True)) if named else set()
    neighbours = _neighbours(scope, named - known)
    left = []
    for line in lines:
        identifier = written[line.number]
        if not identifier:
            left.append(line)
        elif identifier in known:
            reading.identifiers[line.number] = identifier
        else:
            reading.refuse(line, _("Cette parcelle n’est pas dans le portail."), neighbours[identifier])
    return left


def _neighbours(scope: Scope, identifiers: Iterable[str]) -> Mapping[str, list[str]]:
    """Return the parcels of the same section whose numbers are nearest, for each identifier that is not there."""
    absent = sorted(identifiers)
    sections = {each[:10] for each in absent}
    condition = Q()
    for section in sorted(sections)[:MAX_ADDRESSES]:
        condition |= Q(idu__startswith=section)
    there = list(scope.queryset.filter(condition).values_list("idu", flat=True)) if sections else []
    return {each: _nearest(each, there) for each in absent}


def _nearest(identifier: str, there: Iterable[str]) -> list[str]:
    same = (each for each in there if each[:10] == identifier[:10])
    return sorted(same, key=lambda each: (abs(int(each[10:]) - int(identifier[10:])), each))[:MAX_NEAR]


def _read_references(scope: Scope, lines: Iterable[ListLine], reading: _Reading) -> list[ListLine]:
    """Read the lines that are references of parcels that are there, by one statement; return the others."""
    references = {line.number: parcel_reference(line.text) for line in lines}
    written = [each for each in references.values() if each is not None]
    if not written or not {"section", "numero", "prefixe", "code_insee"} <= scope.filterable.keys():
        return list(lines)
    sections = {form for each in written for form in (each.section, each.section.rjust(2, "0"))}
    numbers = {form for each in written for form in (each.number, each.number.rjust(4, "0"))}
    rows = scope.queryset.filter(section__in=sections, numero__in=numbers)
    by_key: dict[tuple[str, str], list[tuple[str, str, str]]] = {}
    for idu, section, number, prefix, code in rows.values_list(
        "idu", "section", "numero", "prefixe", "code_insee"
    ):
        by_key.setdefault((section.lstrip("0"), number.lstrip("0")), []).append((idu, prefix, code))
    codes = {text: set(commune_codes(text)) for text in {each.commune for each in written} if text}
    left = []
    for line in lines:
        reference = references[line.number]
        if reference is None or (reference.commune and not codes[reference.commune]):
            left.append(line)
            continue
        meant = sorted(
            idu
            for idu, prefix, code in by_key.get((reference.section, reference.number), ())
            if (not reference.prefix or prefix == reference.prefix)
            and (not reference.commune or code in codes[reference.commune])
        )
        if len(meant) == 1:
            reading.identifiers[line.number] = meant[0]
        elif meant:
            reading.refuse(line, _("Plusieurs parcelles ont cette référence : ajoutez la commune."), meant)
        elif reference.commune:
            reading.refuse(line, _("Cette parcelle n’est pas dans le portail."))
        else:
            left.append(line)
    return left


def _read_line(visitor: Visitor, line: ListLine, reading: _Reading) -> None:
    """Read a line that is a position or an address."""
    if coordinates(line.text) is not None:
        place = point(visitor, line.text)
        if place.identifier:
            reading.identifiers[line.number] = place.identifier
        else:
            reading.refuse(line, _("Aucune parcelle à cette position."))
        return
    matches = find_locations(visitor, line.text)
    titles = [_choice_words(choice) for choice in matches.choices]
    identifier = _parcel_of(matches.choices[0].parameters) if matches.is_sure else ""
    if identifier:
        reading.identifiers[line.number] = identifier
    elif matches.is_sure:
        reading.refuse(line, _("Aucune parcelle à cette adresse."))
    elif matches.parcels_of:
        reading.refuse(
            line, _("Cette adresse a plusieurs parcelles : écrivez celle que vous voulez."), titles
        )
    elif matches.choices and not matches.is_near:
        reading.refuse(line, _("Plusieurs lieux portent ce nom."), titles)
    else:
        reading.refuse(line, _("Aucun lieu ne correspond dans les communes du portail."), titles)


def _parcel_of(parameters: Mapping[str, Any]) -> str:
    return str(parameters.get(LocationKind.PARCEL.value, ""))


def _choice_words(choice: Choice) -> str:
    identifier = _parcel_of(choice.parameters)
    return f"{choice.title} ({identifier})" if identifier else choice.title
