"""Parse the XML of a request: size, depth and number of elements are bounded, document types are refused.

``defusedxml`` refuses document types, and with them entities, bombs and external files, before any of it is read.
Tags are counted in the bytes before the parser sees them, then exactly while it reads: what is far too much makes no
element. Nothing here recurses, so that no depth can overflow the stack.
"""

from __future__ import annotations

import codecs
from collections.abc import Callable, Mapping, Sequence
from typing import Any
from xml.etree.ElementTree import ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser
from django.utils.translation import gettext as _

from layers.errors import BodyTooLarge, UnreadableRequest
from layers.parsing.xml.elements import Element

MAX_BYTES = 5 * 1024 * 1024  # as DATA_UPLOAD_MAX_MEMORY_SIZE: no larger body is read
MAX_DEPTH = 500
# Elements, attributes and declarations of namespaces: what a document costs is their number, more than its size. Ten
# thousand identifiers of a filter are twenty thousand.
MAX_ITEMS = 30_000
# Declared around one element: each element that declares one copies them.
MAX_PREFIXES = 100
# Expat writes the address of the namespace before the name of each element and attribute that is in it.
MAX_NAMESPACE = 500
MAX_NAME = 200
# What comes first. Each piece after it is as long as all before: a tag over many pieces is not read again for each.
_CHUNK = 16 * 1024
# Comments and instructions that a document may hold beside its elements.
_EXTRA_MARKUP = 1_000
_PREFIXES: Mapping[str, str] = {"xml": "http://www.w3.org/XML/1998/namespace"}
_MARKS = (codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def parse_xml(
    data: bytes | str,
    *,
    limit: int = MAX_BYTES,
    parameter: str = "",
    encoding: str = "",
    most: Mapping[str, int] | None = None,
    check: Callable[[Sequence[Element], str], None] | None = None,
    prefixes: Mapping[str, str] = _PREFIXES,
) -> Element:
    """Read a document and return its root; a text is read whatever encoding it declares.

    ``encoding`` is what came with the bytes, which goes before what they declare (RFC 7303, 3.2). ``most`` is how many
    elements and attributes a document may hold, by the name of its root; ``MAX_ITEMS`` for the others. ``check`` gets
    the open elements and the name of the one that starts below them, and may refuse it. ``prefixes`` are those that
    its texts may use without a declaration.

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
    by_root = most or {}
    largest = max(MAX_ITEMS, *by_root.values(), 0)
    check_markup(content, parameter=parameter, most=largest)
    builder = _Builder(parameter, largest, by_root, {**prefixes, **_PREFIXES}, check)
    parser = DefusedXMLParser(
        target=builder,
        encoding="utf-8" if isinstance(data, str) else _parser_encoding(data, encoding),
        forbid_dtd=True,
    )
    builder.watch(parser.parser)
    return _fed(parser, content, parameter)


def check_markup(content: bytes, *, parameter: str, most: int = MAX_ITEMS) -> None:
    """Refuse, before parsing, a document with more tags or attributes than ``most`` elements can have.

    Every supported encoding writes ``<`` and ``=`` as ASCII, those of two bytes with a null.

    Raises:
        UnreadableRequest: too many.
    """
    if content.count(b"<") > 2 * most + _EXTRA_MARKUP or content.count(b"=") > 2 * most + _EXTRA_MARKUP:
        raise _too_many(most, parameter)


def _too_many(most: int, parameter: str) -> UnreadableRequest:
    return UnreadableRequest(_("Le XML compte plus de %d éléments et attributs.") % most, parameter=parameter)


def _parser_encoding(data: bytes, encoding: str) -> str | None:
    """Return the encoding that came with the bytes by the parser's name; a mark in the bytes prevails."""
    if not encoding or data.startswith(_MARKS):
        return None
    try:
        return codecs.lookup(encoding).name
    except (LookupError, ValueError):
        return encoding


def _fed(parser: Any, content: bytes, parameter: str) -> Element:
    try:
        start, end = 0, _CHUNK
        while start < len(content):
            parser.feed(content[start:end])
            start, end = end, 2 * end
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
    """Makes elements from the events of the parser (the interface of ``xml.etree.ElementTree.TreeBuilder``)."""

    def __init__(
        self,
        parameter: str,
        most: int,
        by_root: Mapping[str, int],
        prefixes: Mapping[str, str],
        check: Callable[[Sequence[Element], str], None] | None,
    ) -> None:
        self.parameter = parameter
        self.most = most
        self.by_root = by_root
        self.check = check
        self.expat: Any = None
        self.root: Element | None = None
        self.open: list[Element] = []
        self.texts: list[list[str]] = []
        self.prefixes = prefixes
        self.most_prefixes = MAX_PREFIXES + len(prefixes) - len(_PREFIXES)
        self.items = 0

    def watch(self, expat: Any) -> None:
        """Count the attributes of a tag before any of them is made a key."""
        self.expat, start = expat, expat.StartElementHandler

        def counted(tag: str, attributes: list[str]) -> None:
            self._count(1 + len(attributes) // 2)
            start(tag, attributes)

        expat.StartElementHandler = counted

    def start_ns(self, prefix: str, uri: str) -> None:
        """Take a declaration of the element about to start."""
        self._count(1)
        if len(prefix) > MAX_NAME or len(uri) > MAX_NAMESPACE:
            raise UnreadableRequest(
                _("Un espace de noms du XML compte plus de %(max)d caractères : « %(name)s… ».")
                % {"max": MAX_NAMESPACE, "name": (uri or prefix)[:40]},
                parameter=self.parameter,
            )
        self.prefixes = {**self.prefixes, prefix: uri}
        if len(self.prefixes) > self.most_prefixes:
            raise UnreadableRequest(
                _("Le XML déclare plus de %d espaces de noms.") % MAX_PREFIXES, parameter=self.parameter
            )

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """Open an element."""
        namespace, _mark, name = tag[1:].partition("}") if tag[:1] == "{" else ("", "", tag)
        self._check(name)
        element = Element(namespace, name, attributes, self.prefixes, self.expat.CurrentLineNumber)
        if self.open:
            if self.check is not None:
                self.check(self.open, name)
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

    def _count(self, items: int) -> None:
        self.items += items
        if self.items > self.most:
            raise _too_many(self.most, self.parameter)

    def _check(self, name: str) -> None:
        if not self.open:
            self.most = self.by_root.get(name, MAX_ITEMS)
        if len(self.open) >= MAX_DEPTH:
            raise UnreadableRequest(
                _("Le XML imbrique plus de %d éléments.") % MAX_DEPTH, parameter=self.parameter
            )
        if len(name) > MAX_NAME:
            raise UnreadableRequest(
                _("Un nom d’élément du XML compte plus de %d caractères.") % MAX_NAME,
                parameter=self.parameter,
            )
