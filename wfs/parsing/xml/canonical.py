"""An element written in one way, whatever its prefixes: what tells two filters apart, and a page link holds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from xml.sax.saxutils import escape, quoteattr

from wfs.parsing.xml.element import Element

_XSI = "{http://www.w3.org/2001/XMLSchema-instance}"


def canonical(root: Element) -> str:
    """Return an element as text: each element declares its own namespace, prefixes of values those of the request."""
    return "".join(_written(root))


def _written(root: Element) -> Iterator[str]:
    """Yield the pieces of an element, without recursion: requests may nest deeply."""
    pending: list[tuple[Element, Mapping[str, str]] | str] = [(root, {})]
    while pending:
        part = pending.pop()
        if isinstance(part, str):
            yield part
            continue
        element, inherited = part
        # Paths in texts use the prefixes of the request: those that no ancestor declares so.
        declared = "".join(
            f" xmlns:{name}={quoteattr(uri)}"
            for name, uri in sorted(element.prefixes.items())
            if name not in {"", "xml"} and inherited.get(name) != uri
        )
        attributes = "".join(
            f" {_attribute(element, name)}={quoteattr(value)}"
            for name, value in sorted(element.attributes.items())
            if not name.startswith(_XSI)
        )
        yield f"<{element.name} xmlns={quoteattr(element.namespace)}{declared}{attributes}>{escape(element.text)}"
        pending.append(f"</{element.name}>")
        pending.extend((child, element.prefixes) for child in reversed(element.children))


def _attribute(element: Element, name: str) -> str:
    """Return the name of an attribute with the prefix of its namespace: a gml:id tells two filters apart."""
    uri, _mark, local = name.removeprefix("{").rpartition("}")
    if not uri:
        return name
    prefix = min(prefix for prefix, namespace in element.prefixes.items() if prefix and namespace == uri)
    return f"{prefix}:{local}"
