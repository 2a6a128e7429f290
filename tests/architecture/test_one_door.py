"""Rights are asked of ``layers.access`` alone, and nothing that answers a request acts as the system."""

from __future__ import annotations

import ast

from tests.architecture.tree import code, parsed

# What decides a right: the queryset of the grants, and Django's own words for accounts.
DECIDING = {"held_by", "in_force", "on_every_row", "layer_grants", "has_perm", "has_perms", "is_superuser"}
DOOR = ("layers/access/", "layers/models/grant.py")
# A visitor is built of an account, the demonstration makes accounts, and the administration lists them.
ACCOUNTS = ("gisportal/accounts/", "gisportal/demo/people.py")
WITHOUT_REQUEST = ("gisportal/demo/", "bench/", "layers/visitor.py")


def names(path: str) -> set[str]:
    """Return the names and attributes that a module uses or imports."""
    found: set[str] = set()
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.Attribute):
            found.add(node.attr)
        elif isinstance(node, ast.Name):
            found.add(node.id)
        elif isinstance(node, ast.ImportFrom):
            found |= {alias.name for alias in node.names}
    return found


def test_the_door_alone_decides_by_grants_and_permissions() -> None:
    others = [path for path in code() if not path.startswith((*DOOR, *ACCOUNTS))]
    assert {path: names(path) & DECIDING for path in others if names(path) & DECIDING} == {}


def test_only_what_no_request_starts_acts_as_the_system() -> None:
    named = [path for path in code() if "system_visitor" in names(path)]
    answering = [
        path for path in named if not path.startswith(WITHOUT_REQUEST) and "/management/commands/" not in path
    ]
    assert (bool(named), answering) == (True, [])
