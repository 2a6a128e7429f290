"""``NAMESPACES``: which namespace each prefix of a request stands for."""

from __future__ import annotations

import re
from collections.abc import Mapping

from django.utils.translation import gettext as _

from layers.errors import InvalidParameter
from wfs.names import PREFIXES
from wfs.parsing.bounds import check_count
from wfs.parsing.kvp.parameters import Parameters
from wfs.parsing.xml.reader import MAX_PREFIXES

# ``xmlns(p,uri)`` of 2.0, ``xmlns(p=uri)`` of 1.1, and the one without a prefix.
_DECLARATION = re.compile(r"xmlns\((?:(?P<prefix>[^,=()]*)[,=])?(?P<namespace>[^()]+)\)")


def read_prefixes(given: Parameters) -> Mapping[str, str]:
    """Return the namespaces by prefix: ours, and those that the request declares.

    Raises:
        InvalidParameter: too many of them, or not a list of ``xmlns(prefix,namespace)``.
    """
    text = given.get("NAMESPACES")
    found = dict(PREFIXES)
    check_count(text.count("("), parameter=given.written("NAMESPACES"), most=MAX_PREFIXES)
    for declaration in _DECLARATION.finditer(text):
        found[declaration["prefix"] or ""] = declaration["namespace"].strip()
    if _DECLARATION.sub("", text).strip(", "):
        raise InvalidParameter(
            _("%(name)s attend xmlns(préfixe,espace) ; reçu « %(value)s ».")
            % {"name": given.written("NAMESPACES"), "value": text[:80]},
            parameter=given.written("NAMESPACES"),
        )
    return found
