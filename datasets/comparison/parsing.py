"""Which rows of a comparison an address asks: a kind, and a page of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from layers.errors import InvalidParameter
from layers.parsing.numbers import whole_number

KINDS = {"ajoutees": "added", "modifiees": "changed", "deplacees": "moved", "retirees": "removed"}
"""The kinds by their word in addresses."""

MAX_PAGE = 100_000


@dataclass(frozen=True, slots=True)
class ChangeQuestion:
    """A kind of rows, empty for the first ones of each, and the number of a page of them."""

    kind: str = ""
    number: int = 1

    @property
    def before(self) -> int:
        """The number of the page before."""
        return self.number - 1

    @property
    def after(self) -> int:
        """The number of the page after."""
        return self.number + 1


def parse_changes(parameters: Mapping[str, str]) -> ChangeQuestion:
    """Read ``sorte`` and ``suite`` of an address.

    Raises:
        InvalidParameter: one of them says nothing that there is.
    """
    word, number = parameters.get("sorte", ""), parameters.get("suite", "") or "1"
    if word and word not in KINDS:
        raise InvalidParameter(_("« sorte » vaut %s.") % ", ".join(KINDS), parameter="sorte")
    page = whole_number(number, least=1, most=MAX_PAGE)
    if page is None:
        raise InvalidParameter(_("« suite » est le numéro d’une page."), parameter="suite")
    return ChangeQuestion(KINDS.get(word, ""), page)
