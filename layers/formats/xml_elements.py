"""XML written by hand: an element is a text, and what stands in it is escaped here and nowhere else."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from xml.sax.saxutils import escape, quoteattr

DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n'
# What XML 1.0 has no place for, and half a pair of UTF-16.
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def plain(value: object) -> str:
    """Return a value as XML holds it between two tags."""
    return escape(_FORBIDDEN.sub("", str(value)))


def opening(name: str, attributes: Mapping[str, object]) -> str:
    """Return an opening tag."""
    pairs = "".join(
        f" {key}={quoteattr(_FORBIDDEN.sub('', str(value)))}" for key, value in attributes.items()
    )
    return f"<{name}{pairs}>"


def element(name: str, *children: str, attributes: Mapping[str, object] | None = None) -> str:
    """Return an element around others, which are written already."""
    tag = opening(name, attributes or {})
    return f"{tag}{''.join(children)}</{name}>" if children else f"{tag[:-1]}/>"


def valued(name: str, value: object, attributes: Mapping[str, object] | None = None) -> str:
    """Return an element around a text."""
    return f"{opening(name, attributes or {})}{plain(value)}</{name}>"


def each(name: str, values: Iterable[object]) -> str:
    """Return an element around each of some texts."""
    return "".join(valued(name, value) for value in values)


def document(root: str) -> bytes:
    """Return a whole document."""
    return (DECLARATION + root + "\n").encode()
