"""What an element of a request may say and hold: everything else is refused by name, never skipped."""

from __future__ import annotations

from collections.abc import Collection

from django.utils.translation import gettext as _

from wfs.errors import MissingParameter, UnreadableRequest
from wfs.parsing.xml.element import Element

_XSI = "{http://www.w3.org/2001/XMLSchema-instance}"


def check_attributes(element: Element, known: Collection[str]) -> None:
    """Refuse the attributes of an element that nobody reads; those of XML Schema instances are everywhere.

    Raises:
        UnreadableRequest: naming the first of them.
    """
    for name in element.attributes:
        if name not in known and not name.startswith((_XSI, "{http://www.w3.org/XML/")):
            raise UnreadableRequest(
                _("%(element)s n’a pas d’attribut « %(name)s ».")
                % {"element": element, "name": name.rpartition("}")[2][:60]},
                parameter=element.name,
            )


def check_children(element: Element, known: Collection[str], *, others: Collection[str] = ()) -> None:
    """Refuse the children of an element that nobody reads: another name, or another namespace than its own.

    ``others`` are the namespaces that its children may be in too.

    Raises:
        UnreadableRequest: naming the first of them.
    """
    for child in element.children:
        if child.name not in known or child.namespace not in {element.namespace, *others}:
            raise UnreadableRequest(
                _("%(element)s, de l’espace de noms « %(namespace)s », n’a pas sa place dans <%(parent)s>.")
                % {"element": child, "namespace": child.namespace[:80], "parent": element.name},
                parameter=child.name[:60],
            )


def needed_attribute(element: Element, name: str) -> str:
    """Return an attribute that must be there.

    Raises:
        MissingParameter: absent or empty.
    """
    value = element.attributes.get(name, "").strip()
    if not value:
        raise MissingParameter(
            _("%(element)s demande l’attribut « %(name)s ».") % {"element": element, "name": name},
            parameter=name,
        )
    return value
