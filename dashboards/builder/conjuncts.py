"""The parts of a filter in CQL2 that must all be true, as they are written."""

from __future__ import annotations

import re
from collections.abc import Iterable

_WORD = re.compile(r"[A-Za-z_]+")


def conjuncts(text: str) -> list[str]:
    """Return the parts of a filter that must all be true, as they are written; the whole where it is an alternative.

    A piece in parentheses of its own is opened.
    """
    inner = unwrapped(text.strip())
    words = [(word.upper(), start, end) for word, start, end in _outer_words(inner)]
    if any(word == "OR" for word, _start, _end in words):
        return [inner]
    joining = [(word, start, end) for word, start, end in words if word in {"AND", "BETWEEN"}]
    before = ["", *(word for word, _start, _end in joining)]
    cuts = [
        (start, end)
        for (word, start, end), former in zip(joining, before, strict=False)
        if word == "AND" and former != "BETWEEN"
    ]
    if not cuts:
        return [inner]
    edges = [0, *(edge for cut in cuts for edge in cut), len(inner)]
    pieces = [inner[first:last].strip() for first, last in zip(edges[::2], edges[1::2], strict=True)]
    return [part for piece in pieces for part in (conjuncts(piece) if piece != inner else [piece])]


def unwrapped(text: str) -> str:
    """Return a text without the parentheses around the whole of it."""
    while text.startswith("(") and _closing(text) == len(text) - 1:
        text = text[1:-1].strip()
    return text


def _closing(text: str) -> int:
    """Return where the parenthesis that opens a text closes; -1 when it does not."""
    depth = 0
    for index, sign in _outside_quotes(text):
        depth += (sign == "(") - (sign == ")")
        if depth == 0:
            return index
    return -1


def _outside_quotes(text: str) -> Iterable[tuple[int, str]]:
    """Yield the characters of a text that are in no literal and no quoted name, with their places."""
    quote = ""
    for index, sign in enumerate(text):
        if quote:
            quote = "" if sign == quote else quote
        elif sign in "'\"":
            quote = sign
        else:
            yield index, sign


def _outer_words(text: str) -> Iterable[tuple[str, int, int]]:
    """Yield the words of a text that are in no parentheses and no quotes."""
    depth, outer = 0, [" "] * len(text)
    for index, sign in _outside_quotes(text):
        depth += (sign == "(") - (sign == ")")
        outer[index] = sign if depth == 0 and sign not in "()" else " "
    return ((match[0], match.start(), match.end()) for match in _WORD.finditer("".join(outer)))
