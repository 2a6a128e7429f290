"""The one door for XML of a request: size, depth, number of elements and document types are bounded while it is read.

``defusedxml`` refuses document types, and with them entities, bombs and external files, before any of it is read.
Nothing here recurses, so that no depth can overflow the stack.
"""

from __future__ import annotations

import codecs
from collections.abc import Mapping
from typing import Any
from xml.etree.ElementTree import ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser
from django.utils.translation import gettext as _

from layers.errors import BodyTooLarge
from wfs.errors import UnreadableRequest
from wfs.parsing.xml.element import Element

MAX_BYTES = 10 * 1024 * 1024
MAX_DEPTH = 500
# Elements and attributes: what a document costs in memory is their number, more than its size.
MAX_ITEMS = 500_000
# Declared around one element: each element that declares one copies them.
MAX_PREFIXES = 100
_CHUNK = 64 * 1024
_MARKS = (codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def parse_xml(
    data: bytes | str, *, limit: int = MAX_BYTES, parameter: str = "", encoding: str = ""
) -> Element:
    """Read a document and return its root; a text is read whatever encoding it declares.

    ``encoding`` is what came with the bytes, which goes before what they declare (RFC 7303, 3.2).

    Raises:
        BodyTooLarge: more than ``limit`` bytes.
        UnreadableRequest: not well formed, a document type or entities, too deep, or too many elements.
    """
    content = data.encode("utf-8", "surrogatepass") if isinstance(data, str) else data
    if len(content) > limit:
        raise BodyTooLarge(
            _("Le XML compte %(size)d octets ; le maximum est %(max)d.")
            % {"size": len(content), "max": limit},
            parameter=parameter,
        )
    builder = _Builder(parameter)
    parser = DefusedXMLParser(
        target=builder, encoding="utf-8" if isinstance(data, str) else _given(data, encoding), forbid_dtd=True
    )
    builder.expat = parser.parser
    return _fed(parser, content, parameter)


def _given(data: bytes, encoding: str) -> str | None:
    """Return the encoding that came with bytes by the name that the parser knows; a mark in the bytes goes before."""
    if not encoding or data.startswith(_MARKS):
        return None
    try:
        return codecs.lookup(encoding).name
    except (LookupError, ValueError):
        return encoding


def _fed(parser: Any, content: bytes, parameter: str) -> Element:
    try:
        for start in range(0, len(content), _CHUNK):
            parser.feed(content[start : start + _CHUNK])
        root: Element = parser.close()
    except DefusedXmlException:
        raise UnreadableRequest(
            _("Le XML déclare un type de document ou des entités : il n’est pas lu."), parameter=parameter
        ) from None
    except ParseError as error:
        line, column = error.position
        raise UnreadableRequest(
            _("Le XML est incorrect ou incomplet, ligne %(line)d, caractère %(column)d.")
            % {"line": line, "column": column + 1},
            parameter=parameter,
        ) from None
    except (LookupError, ValueError):  # an encoding that does not exist, or that expat does not read
        raise UnreadableRequest(
            _("L’encodage que le XML déclare n’est pas lu : écrivez-le en UTF-8."), parameter=parameter
        ) from None
    return root


class _Builder:
    """Makes elements from what the parser meets (the interface of ``xml.etree.ElementTree.TreeBuilder``)."""

    def __init__(self, parameter: str) -> None:
        self.parameter = parameter
        self.expat: Any = None
        self.root: Element | None = None
        self.open: list[Element] = []
        self.texts: list[list[str]] = []
        self.prefixes: Mapping[str, str] = {"xml": "http://www.w3.org/XML/1998/namespace"}
        self.items = 0

    def start_ns(self, prefix: str, uri: str) -> None:
        """Take a declaration of the element about to start."""
        self.prefixes = {**self.prefixes, prefix: uri}
        if len(self.prefixes) > MAX_PREFIXES:
            raise UnreadableRequest(
                _("Le XML déclare plus de %d espaces de noms.") % MAX_PREFIXES, parameter=self.parameter
            )

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """Open an element."""
        self.items += 1 + len(attributes)
        self._check()
        namespace, _mark, name = tag[1:].partition("}") if tag[:1] == "{" else ("", "", tag)
        element = Element(namespace, name, attributes, self.prefixes, self.expat.CurrentLineNumber)
        if self.open:
            self.open[-1].children.append(element)
        else:
            self.root = element
        self.open.append(element)
        self.texts.append([])

    def end(self, _tag: str) -> None:
        """Close an element."""
        element, texts = self.open.pop(), self.texts.pop()
        element.text = "".join(texts)
        self.prefixes = self.open[-1].prefixes if self.open else self.prefixes

    def data(self, text: str) -> None:
        """Take characters."""
        self.texts[-1].append(text)

    def close(self) -> Element:
        """Return the root; the parser has refused a document without one."""
        assert self.root is not None
        return self.root

    def _check(self) -> None:
        if len(self.open) >= MAX_DEPTH:
            raise UnreadableRequest(
                _("Le XML imbrique plus de %d éléments.") % MAX_DEPTH, parameter=self.parameter
            )
        if self.items > MAX_ITEMS:
            raise UnreadableRequest(
                _("Le XML compte plus de %d éléments et attributs.") % MAX_ITEMS, parameter=self.parameter
            )
