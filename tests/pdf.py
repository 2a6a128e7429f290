"""What a PDF file says of itself (ISO 32000-1): the size of its sheets, its headings, the words for its pictures."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO

from pypdf import PdfReader
from pypdf.generic import ArrayObject, Destination, DictionaryObject

_MILLIMETRES = 25.4 / 72


def sheets(content: bytes) -> list[tuple[int, int]]:
    """Return the width and the height of each page, in millimetres (7.7.3.3)."""
    return [
        (round(float(page.mediabox.width) * _MILLIMETRES), round(float(page.mediabox.height) * _MILLIMETRES))
        for page in PdfReader(BytesIO(content)).pages
    ]


def written_text(content: bytes) -> str:
    """Return the words of every page, blanks and line ends as single spaces."""
    return " ".join(" ".join(page.extract_text().split()) for page in PdfReader(BytesIO(content)).pages)


def bookmarks(content: bytes) -> list[str]:
    """Return the titles of the bookmarks, in their order (12.3.3)."""

    def titles(outline: list[Destination | list[Destination]]) -> Iterator[str]:
        for entry in outline:
            if isinstance(entry, list):
                yield from titles(list(entry))
            else:
                yield str(entry.title)

    return list(titles(PdfReader(BytesIO(content)).outline))


def alternatives(content: bytes) -> list[str]:
    """Return the texts that stand for pictures, in the order of the tree of structure (14.9.3)."""

    def texts(node: object) -> Iterator[str]:
        if isinstance(node, ArrayObject):
            for kid in node:
                yield from texts(kid.get_object())
        elif isinstance(node, DictionaryObject):
            if "/Alt" in node:
                yield str(node["/Alt"])
            if "/K" in node:
                yield from texts(node["/K"])

    return list(texts(PdfReader(BytesIO(content)).root_object["/StructTreeRoot"]))
