"""An element of XML as its readers need it: its names resolved, the prefixes that its text may use.

What is not read in it is refused by name, never skipped.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from xml.sax.saxutils import escape, quoteattr

from django.utils.translation import gettext as _

from layers.errors import MissingParameter, UnreadableRequest

_XSI = "{http://www.w3.org/2001/XMLSchema-instance}"


@dataclass(slots=True)
class Element:
    """One element. ``text`` is all of its own characters, those between its children included.

    ``attributes`` are by local name, or ``{namespace}name`` where they have a namespace. ``prefixes`` are those in
    scope: the text of a ``ValueReference`` uses them. ``line`` is where it starts in the document.
    """

    namespace: str
    name: str
    attributes: dict[str, str]
    prefixes: Mapping[str, str]
    line: int
    text: str = ""
    children: list[Element] = field(default_factory=list)

    def __str__(self) -> str:
        """Return the element for a message: its name, and its line when the document has several."""
        if self.line == 1:
            return f"<{self.name}>"
        return _("<%(name)s> (ligne %(line)d)") % {"name": self.name, "line": self.line}

    def child(self, name: str) -> Element | None:
        """Return the first child of this local name."""
        return next((child for child in self.children if child.name == name), None)

    def named(self, *names: str) -> list[Element]:
        """Return the children of these local names, in their order."""
        return [child for child in self.children if child.name in names]


def check_attributes(element: Element, expected: Collection[str]) -> None:
    """Refuse the attributes of an element that are not read; those of XML Schema instances are everywhere.

    Raises:
        UnreadableRequest: naming the first of them.
    """
    for name in element.attributes:
        if name not in expected and not name.startswith((_XSI, "{http://www.w3.org/XML/")):
            raise UnreadableRequest(
                _("%(element)s n’a pas d’attribut « %(name)s ».")
                % {"element": element, "name": name.rpartition("}")[2][:60]},
                parameter=element.name,
            )


def check_children(element: Element, expected: Collection[str], *, namespaces: Collection[str] = ()) -> None:
    """Refuse the children of an element that are not read: another name, or another namespace than its own.

    ``namespaces`` are the namespaces that its children may be in too.

    Raises:
        UnreadableRequest: naming the first of them.
    """
    for child in element.children:
        if child.name not in expected or child.namespace not in {element.namespace, *namespaces}:
            raise UnreadableRequest(
                _("%(element)s, de l’espace de noms « %(namespace)s », n’a pas sa place dans <%(parent)s>.")
                % {"element": child, "namespace": child.namespace[:80], "parent": element.name},
                parameter=child.name[:60],
            )


def needed_attribute(element: Element, name: str, *, or_empty: bool = False) -> str:
    """Return an attribute that must be there; ``or_empty``: an empty one is the caller's to judge.

    Raises:
        MissingParameter: absent or empty.
    """
    value = element.attributes.get(name, "").strip()
    if not value and not (or_empty and name in element.attributes):
        raise MissingParameter(
            _("%(element)s demande l’attribut « %(name)s ».") % {"element": element, "name": name},
            parameter=name,
        )
    return value


def canonical_text(root: Element) -> str:
    """Return an element as canonical text, whatever its prefixes: it identifies a filter, and page links hold it.

    Each element declares its own namespace; prefixes that texts use are those of the request.
    """
    texts: list[str] = []
    # Not by recursion: requests may nest deeply.
    pending: list[tuple[Element, Mapping[str, str]] | str] = [(root, {})]
    while pending:
        part = pending.pop()
        if isinstance(part, str):
            texts.append(part)
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
        texts.append(
            f"<{element.name} xmlns={quoteattr(element.namespace)}{declared}{attributes}>{escape(element.text)}"
        )
        pending.append(f"</{element.name}>")
        pending.extend((child, element.prefixes) for child in reversed(element.children))
    return "".join(texts)


def _attribute(element: Element, name: str) -> str:
    """Return the name of an attribute with the prefix of its namespace, since gml:id identifies a filter too."""
    uri, _mark, local = name.removeprefix("{").rpartition("}")
    if not uri:
        return name
    prefix = min(prefix for prefix, namespace in element.prefixes.items() if prefix and namespace == uri)
    return f"{prefix}:{local}"
