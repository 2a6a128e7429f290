"""The place that parameters name, or the places that a text may mean."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.utils.translation import gettext as _

from layers.errors import InvalidParameter
from layers.visitor import Visitor
from planning.queries.locations import (
    Choice,
    Location,
    check_text,
    find_locations,
    parcel_of_address,
    read_location,
)
from planning.vocabulary import TEXT, LocationKind

PLACE_PARAMETERS = (TEXT, *(kind.value for kind in LocationKind))


@dataclass(frozen=True, slots=True)
class Place:
    """What was written, the place that it is, or those to choose from: (title, query string)."""

    text: str = ""
    location: Location | None = None
    choices: Sequence[tuple[str, str]] = ()

    @property
    def is_unknown(self) -> bool:
        """Whether a text was written that means nothing."""
        return bool(self.text) and self.location is None and not self.choices

    @property
    def words(self) -> str:
        """What the field of the search shows."""
        return self.text or (self.location.title if self.location else "")


def read_place(visitor: Visitor, values: Mapping[str, str]) -> Place:
    """Return the place that parameters of the sheet name; an address leads to its parcel.

    Raises:
        InvalidParameter: two places, or one that cannot be read.
        UnknownFeature: no such parcel or feature for this visitor.
    """
    given = {name: values[name] for name in PLACE_PARAMETERS if values.get(name)}
    if len(given) > 1:
        raise InvalidParameter(_("Un seul lieu à la fois."), parameter=sorted(given)[1])
    text = given.pop(TEXT, "")
    parameters: Mapping[str, str] = given
    if text:
        check_text(text)
        matches = find_locations(visitor, text)
        if not matches.is_sure:
            return Place(text, None, _choices(matches.choices))
        parameters = matches.choices[0].parameters
    location = read_location(visitor, parameters)
    if location is None:
        return Place(text)
    parcels = parcel_of_address(visitor, location)
    if len(parcels) > 1:
        return Place(text, None, _choices(parcels))
    return Place(text, read_location(visitor, parcels[0].parameters) if parcels else location)


def _choices(choices: Sequence[Choice]) -> list[tuple[str, str]]:
    return [(choice.title, urlencode(choice.parameters)) for choice in choices]
