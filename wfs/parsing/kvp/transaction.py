"""Transaction as forms write it: Delete alone, of 1.1.0 and 1.0.0 (OGC 04-094, 02-058)."""

from __future__ import annotations

from django.utils.translation import gettext as _

from layers.errors import InvalidParameter
from wfs.errors import MissingParameter, UnsupportedOption
from wfs.names import read_resource_id
from wfs.parsing.kvp.features import SELECTING, read_queries, read_resources
from wfs.parsing.kvp.parameters import Parameters
from wfs.requests import DeleteAction, Transaction
from wfs.versions import Version

_CHOOSING = frozenset(SELECTING) - {"CQL_FILTER"}
_KNOWN = _CHOOSING | {"OPERATION", "TYPENAMES", "NAMESPACES", "SRSNAME", "RELEASEACTION"}


def read_transaction(given: Parameters, version: Version) -> Transaction:
    """Read the deletion of the features that a filter, a box or identifiers choose: one of them says which, always.

    Raises:
        MissingParameter: nothing chooses, which would be every feature of the type.
        BadRequest: its other subclasses name the culprit.
    """
    given.check(_KNOWN | {"LOCKID"})
    if "LOCKID" in given:
        raise UnsupportedOption(_("Les verrous ne sont pas servis."), parameter=given.written("LOCKID"))
    if given.needed("OPERATION").lower() != "delete":
        raise InvalidParameter(
            _("%(name)s attend Delete : les autres actions s’écrivent en XML ; reçu « %(value)s ».")
            % {"name": given.written("OPERATION"), "value": given.get("OPERATION")[:40]},
            parameter=given.written("OPERATION"),
        )
    if not any(given.get(name) for name in _CHOOSING):
        raise MissingParameter(
            _("%s attend un filtre, et un seul, qui dit de quels objets il s’agit.") % "Delete",
            parameter="filter",
        )
    for text in read_resources(given) if "RESOURCEID" in given else ():
        read_resource_id(text, parameter=given.written("RESOURCEID"))
    actions = tuple(DeleteAction(query) for query in read_queries(given, version))
    return Transaction(version, actions, version)
