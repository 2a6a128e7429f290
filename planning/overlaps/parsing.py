"""The question of a superposition: a layer, the surfaces of another, filters of either, a commune, and the page."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.utils.translation import gettext as _

from interface.territory import check_communes
from layers.errors import InvalidCursor, InvalidParameter
from layers.parsing import single_values
from layers.parsing.cql2 import Expression, parse_filter

ZONES = "plui-zones"
MAX_SLUG = 80
_MAX_ID = 2**63


@dataclass(frozen=True, slots=True)
class OverlapNames:
    """The names of the parameters: of the page, or of the API."""

    layer: str
    other: str
    filter: str
    other_filter: str
    slivers: str
    yes: str
    commune: str = "commune"
    cursor: str = "cursor"

    @property
    def every(self) -> tuple[str, ...]:
        """All of them."""
        return (
            self.layer, self.other, self.filter, self.other_filter, self.slivers, self.commune, self.cursor,
        )  # fmt: skip


PAGE_NAMES = OverlapNames("couche", "avec", "filtre", "filtre-avec", "ecarts", "oui")
API_NAMES = OverlapNames("layer", "with", "filter", "with-filter", "slivers", "true")


@dataclass(frozen=True, slots=True)
class OverlapQuery:
    """``layer`` is empty where nothing was chosen yet; ``after`` are the ids of the last pair of the page before."""

    layer: str = ""
    other: str = ZONES
    filter_text: str = ""
    other_filter_text: str = ""
    filter: Expression | None = None
    other_filter: Expression | None = None
    commune: str = ""
    has_slivers: bool = False
    after: tuple[int, int] | None = None

    def parameters(self, names: OverlapNames) -> dict[str, str]:
        """Return the parameters that ask for it, from its first page."""
        values = {
            names.layer: self.layer,
            names.other: self.other,
            names.filter: self.filter_text,
            names.other_filter: self.other_filter_text,
            names.commune: self.commune,
            names.slivers: names.yes if self.has_slivers else "",
        }
        return {name: value for name, value in values.items() if value}

    def address(self, path: str, names: OverlapNames = PAGE_NAMES) -> str:
        """Return an address that asks for it."""
        return f"{path}?{urlencode(self.parameters(names))}"


def parse_overlap(parameters: Mapping[str, Sequence[str]], names: OverlapNames = PAGE_NAMES) -> OverlapQuery:
    """Read the parameters.

    Raises:
        UnknownParameter, InvalidParameter, InvalidFilter, UnknownCommune, InvalidCursor: naming the culprit.
    """
    values = single_values(parameters, allowed=names.every)
    for name in (names.layer, names.other):
        if len(values.get(name, "")) > MAX_SLUG:
            raise InvalidParameter(
                _("%(name)s attend l’identifiant d’une couche, par exemple plui-zones.") % {"name": name},
                parameter=name,
            )
    if values.get(names.slivers, names.yes) != names.yes:
        raise InvalidParameter(
            _("%(name)s attend « %(value)s » ; reçu « %(text)s ».")
            % {"name": names.slivers, "value": names.yes, "text": values[names.slivers][:20]},
            parameter=names.slivers,
        )
    if commune := values.get(names.commune, ""):
        check_communes([commune])
    texts = (values.get(names.filter, ""), values.get(names.other_filter, ""))
    return OverlapQuery(
        layer=values.get(names.layer, ""),
        other=values.get(names.other, "") or ZONES,
        filter_text=texts[0],
        other_filter_text=texts[1],
        filter=parse_filter(texts[0], parameter=names.filter) if texts[0] else None,
        other_filter=parse_filter(texts[1], parameter=names.other_filter) if texts[1] else None,
        commune=commune,
        has_slivers=names.slivers in values,
        after=read_cursor(values[names.cursor]) if names.cursor in values else None,
    )


def cursor_of(pair: tuple[int, int]) -> str:
    """Return the token of the page that follows a pair."""
    return base64.urlsafe_b64encode(f"{pair[0]}.{pair[1]}".encode()).decode().rstrip("=")


def read_cursor(text: str) -> tuple[int, int]:
    """Return the pair that a page follows.

    Raises:
        InvalidCursor: it is no token of ours.
    """
    try:
        first, last = base64.urlsafe_b64decode(f"{text}==").decode("ascii").split(".")
        pair = (int(first), int(last))
    except (ValueError, binascii.Error, UnicodeDecodeError):
        pair = (-1, -1)
    if not all(0 <= each < _MAX_ID for each in pair):
        raise InvalidCursor(
            _(
                "Ce jeton de page ne vient pas de cette liste ou de ce tri : reprenez depuis la première page."
            ),
            parameter="cursor",
        )
    return pair
