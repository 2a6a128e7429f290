r"""Patterns of PropertyIsLike, whose special characters each request chooses, in those of CQL2: ``%``, ``_``, ``\``."""

from __future__ import annotations

import re
from dataclasses import dataclass

_SPECIAL = re.compile(r"[%_\\]")


@dataclass(frozen=True, slots=True)
class Wildcards:
    """What stands for any text, for one character, and before one of them that stands for itself; empty for none."""

    many: str
    one: str
    escape: str

    @property
    def are_distinct(self) -> bool:
        """Whether no two of them are the same."""
        given = [each for each in (self.many, self.one, self.escape) if each]
        return len(set(given)) == len(given)


def cql2_pattern(text: str, wildcards: Wildcards) -> str:
    """Return a pattern of CQL2 from one of FES."""
    tokens = sorted(filter(None, (wildcards.many, wildcards.one, wildcards.escape)), key=len, reverse=True)
    if not tokens:
        return _literal(text)
    token = re.compile("|".join(map(re.escape, tokens)))
    found, place = [], 0
    while match := token.search(text, place):
        found.append(_literal(text[place : match.start()]))
        place = match.end()
        if match[0] == wildcards.escape:
            escaped = token.match(text, place)
            taken = escaped[0] if escaped else text[place : place + 1] or match[0]
            found.append(_literal(taken))
            place += len(taken) if place < len(text) else 0
        else:
            found.append("%" if match[0] == wildcards.many else "_")
    return "".join(found) + _literal(text[place:])


def _literal(text: str) -> str:
    return _SPECIAL.sub(r"\\\g<0>", text)
