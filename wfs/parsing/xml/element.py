"""An element of XML as its readers need it: its own names resolved, and the prefixes that its text may use."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.utils.translation import gettext as _


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
        """Tell the element in a message: its name, and its line when the document has several."""
        if self.line == 1:
            return f"<{self.name}>"
        return _("<%(name)s> (ligne %(line)d)") % {"name": self.name, "line": self.line}

    def child(self, name: str) -> Element | None:
        """Return the first child of this local name."""
        return next((child for child in self.children if child.name == name), None)

    def named(self, *names: str) -> list[Element]:
        """Return the children of these local names, in their order."""
        return [child for child in self.children if child.name in names]
