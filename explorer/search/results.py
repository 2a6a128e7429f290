"""What is typed in the search box (words, or a position), and what the search returns."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from explorer.search.geocoder import AddressResults, PostalAddress
from interface.page_parts import SearchedPage
from interface.requests import Parameters, filled
from layers import access
from layers.errors import InvalidParameter
from layers.parsing import single_values

MAX_TEXT = 200
MIN_TEXT = 2
_NUMBER = r"(-?\d{1,3}(?:[.,]\d+)?)\s*°?"
_POSITION = re.compile(rf"^{_NUMBER}\s*(?:[;,\s])\s*{_NUMBER}$")
# Metropolitan France, in degrees: enough to tell a latitude from a longitude whatever the order.
_LATITUDES, _LONGITUDES = (41.0, 52.0), (-6.0, 10.0)
# What is found without a rank of its own, such as an address, comes after names and before texts.
UNRANKED = 2


@dataclass(frozen=True, slots=True)
class SearchQuery:
    """What is looked for. ``position`` is (longitude, latitude) when the text is a pair of degrees."""

    text: str = ""
    position: tuple[float, float] | None = None

    @property
    def is_short(self) -> bool:
        """Whether there are too few characters to look into features."""
        return len(self.text) < MIN_TEXT


def parse_search(parameters: Parameters) -> SearchQuery:
    """Read the search box.

    Raises:
        UnknownParameter: a parameter other than ``q``.
        InvalidParameter: ``q`` given twice, too long, or with a null character.
    """
    text = " ".join(single_values(filled(parameters), known=("q",)).get("q", "").split())
    if len(text) > MAX_TEXT:
        raise InvalidParameter(_("La recherche dépasse %d caractères.") % MAX_TEXT, parameter="q")
    return SearchQuery(text, read_position(text))


def read_position(text: str) -> tuple[float, float] | None:
    """Return (longitude, latitude) from two degrees in either order, or None. Only places of France are read so."""
    match = _POSITION.match(text)
    if not match:
        return None
    first, second = (float(number.replace(",", ".")) for number in match.groups())
    for latitude, longitude in ((first, second), (second, first)):
        if _within(latitude, _LATITUDES) and _within(longitude, _LONGITUDES):
            return longitude, latitude
    return None


def _within(value: float, bounds: tuple[float, float]) -> bool:
    return bounds[0] <= value <= bounds[1]


@dataclass(frozen=True, slots=True)
class SearchLimits:
    """Bounds of a search: results a group at most, and seconds for the layers queried directly.

    ``features`` is for each layer, of which ``groups`` are read; ``best`` is the number of hits overall, 0 for all.
    """

    towns: int
    layers: int
    features: int
    best: int
    addresses: int
    seconds: float
    is_counted: bool
    groups: int = 10


@dataclass(frozen=True, slots=True)
class FeatureResult:
    """A feature found: its name, its commune if any, and the matching text when it is not its name.

    ``place`` distinguishes it from a namesake in the same commune.
    """

    pk: int
    title: str
    commune: str
    why: str
    rank: int = UNRANKED
    place: str = ""

    @property
    def details(self) -> list[str]:
        """Details shown beside the name."""
        commune = "" if self.commune == self.title else self.commune
        return [text for text in (commune, self.place, self.why) if text]


@dataclass(frozen=True, slots=True)
class LayerHits:
    """The first features found in a layer. ``matched`` counts them all; None when they were not counted.

    ``is_least``: there may be more than were counted.
    """

    scope: access.Scope
    hits: tuple[FeatureResult, ...]
    matched: int | None
    is_least: bool = False

    @property
    def more(self) -> int:
        """How many features match and are not listed."""
        return max((self.matched or 0) - len(self.hits), 0)

    @property
    def rank(self) -> int:
        """The rank of the best one."""
        return min((hit.rank for hit in self.hits), default=UNRANKED)


@dataclass(frozen=True, slots=True)
class FurtherLayer:
    """A layer that has features too, which are not listed."""

    slug: str
    title: str
    matched: int


@dataclass(frozen=True, slots=True)
class CommuneResult:
    """A commune that was found, by INSEE code."""

    code: str
    name: str


@dataclass(frozen=True, slots=True)
class SearchMatches:
    """What one spelling of the words finds; ``ranks`` are those of the best result of each kind, by its name."""

    layers: tuple[access.Scope, ...] = ()
    rasters: tuple[access.RasterScope, ...] = ()
    layers_more: int = 0
    towns: tuple[CommuneResult, ...] = ()
    pages: tuple[SearchedPage, ...] = ()
    features: tuple[LayerHits, ...] = ()
    further: tuple[FurtherLayer, ...] = ()
    further_more: int = 0
    unasked: tuple[access.Scope, ...] = ()
    is_bounded: bool = False
    ranks: Sequence[tuple[str, int]] = ()

    @property
    def is_empty(self) -> bool:
        """Whether nothing answers."""
        return not (self.layers or self.rasters or self.towns or self.pages or self.features)


@dataclass(frozen=True, slots=True)
class Results:
    """The results of a search.

    ``layers_more`` layers match and are not listed; ``further`` ones have unlisted features, and ``further_more``
    others too; ``unasked`` ones had no time to answer. ``is_bounded``: counts stopped at a bound. ``corrected`` are
    the words searched in place of the typed ones, empty when these had results. ``addresses`` is None when the portal
    has no geocoder; ``place`` is the address nearest to a typed position. ``kinds`` are the names of the kinds, the
    best result's first.
    """

    query: SearchQuery
    layers: tuple[access.Scope, ...]
    rasters: tuple[access.RasterScope, ...]
    layers_more: int
    towns: tuple[CommuneResult, ...]
    pages: tuple[SearchedPage, ...]
    features: tuple[LayerHits, ...]
    further: tuple[FurtherLayer, ...]
    further_more: int
    unasked: tuple[access.Scope, ...]
    is_bounded: bool
    corrected: str
    addresses: AddressResults | None
    place: PostalAddress | None
    kinds: tuple[str, ...]

    @property
    def asked(self) -> str:
        """The words that were looked for."""
        return self.corrected or self.query.text

    @property
    def shown(self) -> int:
        """How many results are listed."""
        result = self.addresses.found if self.addresses else ()
        hits = sum(len(group.hits) for group in self.features)
        position = 1 if self.query.position else 0
        listed = len(self.layers) + len(self.rasters) + len(self.pages) + len(self.towns)
        return listed + hits + len(result) + position

    @property
    def features_matched(self) -> int:
        """How many features match, in all the layers that were counted."""
        listed = sum(group.matched or len(group.hits) for group in self.features)
        return listed + sum(layer.matched for layer in self.further)
