"""Who writes the layers of the demonstration that have no file: what ``docs/demo.md`` says, and what each account may.

A cell of the documentation begins with the word of its rights.
"""

from __future__ import annotations

from gisportal.demo.datasets.benches import BENCHES
from gisportal.demo.datasets.events import EVENTS
from gisportal.demo.datasets.public_inquiry import REMARKS
from gisportal.demo.datasets.street_furniture import DEFECTS
from gisportal.demo.people import PEOPLE
from layers import access
from layers.access import Scope
from tests.demo_readers import PUBLIC, table, visitor

WHO_WRITES = "### Who writes the layers without a file"
LAYERS = (BENCHES, DEFECTS, EVENTS, REMARKS)
EVERY_OTHER = "every other account"
# The first word of a cell → adds, changes all, changes own alone, deletes, approves, on every row, some fields alone.
_RIGHTS = {
    "reads": (False, False, False, False, False, False, False),
    "everything": (True, True, False, True, True, True, False),
    "writes": (True, True, False, True, True, False, False),
    "trusted": (True, False, True, True, True, False, False),
    "proposes:": (True, False, True, True, False, True, False),
    "proposes": (False, True, False, False, False, False, True),
}


def written_rights() -> dict[tuple[str, str], tuple[bool, ...]]:
    """Return what the documentation says, by account and layer; accounts that it does not name are the others."""
    words: dict[str, list[str]] = {}
    for names, *cells in table(WHO_WRITES)[1:]:
        for name in names.split(", "):
            words[name] = [cell.partition(" ")[0].strip(";,") for cell in cells]
    words[PUBLIC] = words.pop("nobody")
    others = words.pop(EVERY_OTHER)
    return {
        (account, layer): _RIGHTS[word]
        for account in (PUBLIC, *(person.username for person in PEOPLE))
        for layer, word in zip(LAYERS, words.get(account, others), strict=True)
    }


def granted_rights() -> dict[tuple[str, str], tuple[bool, ...]]:
    """Return what each account may write of each layer, by the access layer."""
    return {
        (account, layer): _rights(access.scope(visitor(account), layer))
        for account in (PUBLIC, *(person.username for person in PEOPLE))
        for layer in LAYERS
    }


def _rights(scope: Scope) -> tuple[bool, ...]:
    return (
        scope.can_add,
        scope.can_change and not scope.changes_own_alone,
        scope.changes_own_alone,
        scope.can_delete,
        scope.can_approve,
        scope.adds_every_row,
        scope.written_fields is not None,
    )
