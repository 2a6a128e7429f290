"""What the figures of zones are about: how they are grouped, and one commune or all of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from django.utils.translation import gettext as _

from interface.territory import check_communes
from layers.errors import InvalidParameter
from layers.parsing import single_values

BY, COMMUNE = "par", "commune"


class Grouping(StrEnum):
    """How zones are grouped: the value is that of the parameter of the page, the name in lower case that of the API."""

    TYPE = "type"
    LABEL = "libelle"
    COMMUNE = "commune"
    COMMUNE_TYPE = "commune-type"
    COMMUNE_LABEL = "commune-libelle"

    @property
    def keys(self) -> tuple[str, ...]:
        """The columns of the groups."""
        return _KEYS[self]

    @property
    def has_communes(self) -> bool:
        """Whether each row is of one commune."""
        return "commune" in self.keys


_KEYS: Mapping[Grouping, tuple[str, ...]] = {
    Grouping.TYPE: ("typezone",),
    Grouping.LABEL: ("typezone", "libelle"),
    Grouping.COMMUNE: ("commune",),
    Grouping.COMMUNE_TYPE: ("commune", "typezone"),
    Grouping.COMMUNE_LABEL: ("commune", "typezone", "libelle"),
}


@dataclass(frozen=True, slots=True)
class StatisticsQuery:
    """``commune`` is an INSEE code, empty for all of them."""

    grouping: Grouping = Grouping.TYPE
    commune: str = ""

    @property
    def is_of_communes(self) -> bool:
        """Whether shares are of a commune: each row is of one, or all of them are of the same."""
        return self.grouping.has_communes or bool(self.commune)

    @property
    def parameters(self) -> dict[str, str]:
        """The parameters of the page that ask for it."""
        commune = {COMMUNE: self.commune} if self.commune else {}
        return {BY: self.grouping.value} | commune


def parse_statistics(parameters: Mapping[str, Sequence[str]], *, by: str = BY) -> StatisticsQuery:
    """Read the parameters of the page, or those of the API where ``by`` is its name.

    Raises:
        UnknownParameter, InvalidParameter, UnknownCommune: naming the culprit.
    """
    values = single_values(parameters, allowed=(by, COMMUNE))
    text = values.get(by, Grouping.TYPE.value)
    if text not in set(Grouping):
        raise InvalidParameter(
            _("%(name)s attend %(values)s ; reçu « %(text)s ».")
            % {"name": by, "values": ", ".join(Grouping), "text": text[:40]},
            parameter=by,
        )
    commune = values.get(COMMUNE, "")
    if commune:
        check_communes([commune])
    return StatisticsQuery(Grouping(text), commune)
