"""The list of findings that an address asks for: level, code, table, state, page."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from layers.errors import InvalidParameter
from plui.packages.findings import Level

OPEN, ACCEPTED = "ouverts", "acceptes"
STATES = (OPEN, ACCEPTED)
NAMES = ("niveau", "code", "table", "etat", "page")
_LEVELS = {level.value.lower(): level for level in Level}
_MAX_PAGE = 10_000


@dataclass(frozen=True, slots=True)
class FindingQuery:
    """Which findings to list: empty fields select all; pages count from 1."""

    level: Level | None = None
    code: str = ""
    table: str = ""
    state: str = ""
    page: int = 1

    @property
    def parameters(self) -> dict[str, str]:
        """The parameters of the address, without the page."""
        values = {
            "niveau": self.level.value.lower() if self.level else "",
            "code": self.code,
            "table": self.table,
            "etat": self.state,
        }
        return {name: value for name, value in values.items() if value}


def read_finding_query(
    values: Mapping[str, str], *, codes: Collection[str], tables: Collection[str]
) -> FindingQuery:
    """Read the parameters of a list of findings; ``codes`` and ``tables`` are those of the version.

    Raises:
        InvalidParameter: naming the one that is no value of the list.
    """
    level = values.get("niveau", "")
    page = values.get("page", "") or "1"
    if level and level not in _LEVELS:
        raise _unknown("niveau", level)
    for name, allowed in (("code", codes), ("table", tables), ("etat", STATES)):
        if (value := values.get(name, "")) and value not in allowed:
            raise _unknown(name, value)
    if not (page.isascii() and page.isdigit() and 1 <= int(page[:6]) <= _MAX_PAGE):
        raise _unknown("page", page)
    return FindingQuery(
        _LEVELS.get(level),
        values.get("code", ""),
        values.get("table", ""),
        values.get("etat", ""),
        int(page[:6]),
    )


def _unknown(name: str, value: str) -> InvalidParameter:
    return InvalidParameter(
        _("Aucun constat n’a « %(value)s » pour %(name)s.") % {"value": value[:80], "name": name},
        parameter=name,
    )
