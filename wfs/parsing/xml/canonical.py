"""An element written in one way, whatever its prefixes: what tells two filters apart, and a page link holds."""

from __future__ import annotations

from collections.abc import Iterator
from xml.sax.saxutils import escape, quoteattr

from wfs.parsing.xml.element import Element


def canonical(root: Element) -> str:
    """Return an element as text: each element declares its own namespace, prefixes of values those of the request."""
    return "".join(_written(root))


def _written(root: Element) -> Iterator[str]:
    """Yield the pieces of an element, without recursion: requests may nest deeply."""
    pending: list[Element | str] = [root]
    prefixes: set[tuple[str, str]] = set()
    while pending:
        part = pending.pop()
        if isinstance(part, str):
            yield part
            continue
        # Paths in texts use the prefixes of the request: those not declared by an ancestor yet.
        fresh = sorted(set(part.prefixes.items()) - prefixes - {("xml", part.prefixes.get("xml", ""))})
        prefixes.update(fresh)
        declared = "".join(f" xmlns:{name}={quoteattr(uri)}" for name, uri in fresh if name)
        said = "".join(
            f" {name}={quoteattr(value)}"
            for name, value in sorted(part.attributes.items())
            if "}" not in name
        )
        yield f"<{part.name} xmlns={quoteattr(part.namespace)}{declared}{said}>{escape(part.text)}"
        pending.append(f"</{part.name}>")
        pending.extend(reversed(part.children))
