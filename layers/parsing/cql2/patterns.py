"""Patterns of ``LIKE``: those of Filter Encoding become those of CQL2, and text is compared with them outside SQL."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

# Each request chooses the special characters of PropertyIsLike; those of CQL2 are ``%``, ``_``, ``\``.
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
        characters = [each for each in (self.many, self.one, self.escape) if each]
        return len(set(characters)) == len(characters)


def cql2_pattern(text: str, wildcards: Wildcards) -> str:
    """Return a pattern of CQL2 from one of FES."""
    tokens = sorted(filter(None, (wildcards.many, wildcards.one, wildcards.escape)), key=len, reverse=True)
    if not tokens:
        return _literal(text)
    token = re.compile("|".join(map(re.escape, tokens)))
    parts, position = [], 0
    while match := token.search(text, position):
        parts.append(_literal(text[position : match.start()]))
        position = match.end()
        if match[0] == wildcards.escape:
            escaped = token.match(text, position)
            plain = escaped[0] if escaped else text[position : position + 1] or match[0]
            parts.append(_literal(plain))
            position += len(plain) if position < len(text) else 0
        else:
            parts.append("%" if match[0] == wildcards.many else "_")
    return "".join(parts) + _literal(text[position:])


def _literal(text: str) -> str:
    return _SPECIAL.sub(r"\\\g<0>", text)


_TOKEN = re.compile(r"\\(?P<escaped>.)|(?P<many>%)|(?P<one>_)|(?P<plain>.)", re.DOTALL)


def pattern_matcher(pattern: str) -> Callable[[str], bool]:
    """Return the predicate of the texts that are like a pattern of CQL2.

    Parts between ``%`` are searched one after the other: the cost is at most the length of both multiplied.
    """
    parts, lengths = [""], [0]
    for match in _TOKEN.finditer(pattern):
        if match["many"]:
            parts.append("")
            lengths.append(0)
        else:
            parts[-1] += "." if match["one"] else re.escape(match["escaped"] or match["plain"])
            lengths[-1] += 1
    first, *between = (re.compile(part, re.DOTALL) for part in parts)

    def matches(text: str) -> bool:
        if not between:
            return first.fullmatch(text) is not None
        match = first.match(text)
        for part in between[:-1]:
            match = match and part.search(text, match.end())
        end = len(text) - lengths[-1]
        return match is not None and match.end() <= end and between[-1].match(text, end) is not None

    return matches
