"""SortBy of FES 2.0 and of Filter Encoding 1.1."""

from __future__ import annotations

from collections.abc import Collection

from django.utils.translation import gettext as _

from layers.definitions import ID
from layers.parsing import SortKey
from wfs.errors import UnreadableRequest
from wfs.parsing.fes.references import GML_ID, read_property_name
from wfs.parsing.xml import Element
from wfs.versions import FesVersion

# 1.1 has the short words; FES 2.0 kept them.
_ORDERS = {"": False, "ASC": False, "A": False, "DESC": True, "D": True}


def read_sort(
    element: Element, *, version: FesVersion, types: Collection[str] = (), parameter: str = "SORTBY"
) -> tuple[SortKey, ...]:
    """Read an element ``SortBy``: the properties to sort on, by local name, the first first.

    Raises:
        UnreadableRequest: not the SortBy of this version, or a property twice.
        UnknownProperty: a path that leads nowhere.
    """
    if element.name != "SortBy" or element.namespace not in {version.namespace, ""} or not element.children:
        raise UnreadableRequest(
            _("%s n’est pas un <SortBy> avec ses propriétés.") % element, parameter=parameter
        )
    keys = tuple(_key(child, types, parameter) for child in element.children)
    if len({key.name for key in keys}) < len(keys):
        raise UnreadableRequest(_("%s nomme deux fois une propriété.") % element, parameter=parameter)
    return keys


def _key(element: Element, types: Collection[str], parameter: str) -> SortKey:
    names = element.named("ValueReference", "PropertyName")
    orders = element.named("SortOrder")
    if element.name != "SortProperty" or len(names) != 1 or len(orders) > 1:
        raise UnreadableRequest(
            _("%s n’est pas un <SortProperty> avec sa propriété.") % element, parameter=parameter
        )
    order = orders[0].text.strip().upper() if orders else ""
    if order not in _ORDERS:
        raise UnreadableRequest(
            _("SortOrder attend ASC ou DESC ; reçu « %s ».") % order[:20], parameter=parameter
        )
    name = read_property_name(names[0].text, prefixes=names[0].prefixes, types=types, parameter=parameter)
    return SortKey(ID.name if name == GML_ID else name, _ORDERS[order])
