"""Paths to a property: ``nom``, ``portail:nom``, ``aires-de-jeux/nom``, ``@gml:id``.

That much of XPath is all that flat features need; the rest is refused.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

from django.utils.translation import gettext as _

from layers.errors import InvalidFilter, UnknownProperty
from wfs.errors import UnreadableRequest
from wfs.names import NAMESPACE, PREFIXES, local_type

# What a path to the identifier of a feature reads as.
GML_ID = "@gml:id"
_IDENTIFIERS = frozenset({GML_ID, "@id", "@fid"})
_MAX_PATH = 300
# Axes, wildcards, several paths, blanks, and predicates but the first.
_UNREAD = re.compile(r"//|::|[\s*|]|\[(?!1\])")
_FIRST = re.compile(r"\[1\]$")


def read_property_name(
    text: str, *, prefixes: Mapping[str, str] = PREFIXES, types: Collection[str] = (), parameter: str
) -> str:
    """Return the local name of the property that a path leads to, or ``GML_ID``.

    ``types`` are the local names that may begin the path: those of the feature type and its aliases.

    Raises:
        UnreadableRequest: XPath that is not served.
        InvalidFilter: a prefix of another namespace.
        UnknownProperty: a path through what is not the feature type.
    """
    path = text.strip()
    if not path or len(path) > _MAX_PATH or _UNREAD.search(path):
        raise UnreadableRequest(
            _("« %s » n’est pas un chemin qui est lu : écrivez le nom d’une propriété.") % path[:80],
            parameter=parameter,
        )
    *before, last = path.removeprefix("/").removeprefix("./").removesuffix("/text()").split("/")
    name = GML_ID if last in _IDENTIFIERS else _local_name(_FIRST.sub("", last), prefixes, parameter)
    if len(before) > 1 or any(
        local_type(step, prefixes=prefixes, parameter=parameter) not in types for step in before
    ):
        raise UnknownProperty(path[:80], parameter=parameter)
    return name


def _local_name(name: str, prefixes: Mapping[str, str], parameter: str) -> str:
    prefix, mark, local = name.rpartition(":")
    if mark and prefixes.get(prefix, PREFIXES.get(prefix)) != NAMESPACE:
        raise InvalidFilter(
            _("« %(name)s » : le préfixe « %(prefix)s » n’est pas celui de l’espace de noms %(namespace)s.")
            % {"name": name[:80], "prefix": prefix[:40], "namespace": NAMESPACE},
            parameter=parameter,
        )
    return local
