"""Links from the shared pages lead to views by role; ``interface`` names no application above it."""

from __future__ import annotations

import re

import pytest
from django.conf import settings
from django.urls import get_resolver

from interface.addresses import address
from launcher.applications import rows
from tests.architecture.tree import ROOT, committed, text

LINK = re.compile(r"""(?:{%\s*url\s+|\breverse\(\s*)["']([a-z-]+):""")


def test_every_role_has_a_view() -> None:
    namespaces = get_resolver().namespace_dict
    missing = []
    for role, view in settings.LINKED_VIEWS.items():
        namespace, _colon, name = view.rpartition(":")
        resolver = namespaces[namespace][1] if namespace else get_resolver()
        missing += [] if name in resolver.reverse_dict else [role]
    assert missing == []


def test_an_unknown_role_is_a_fault_of_the_code() -> None:
    with pytest.raises(KeyError, match="nowhere"):
        address("nowhere")


def test_interface_names_no_application_above_it() -> None:
    paths = [path for path in (*committed(".html"), *committed(".py")) if path.startswith("interface/")]
    named = [f"{path}: {name}" for path in paths for name in LINK.findall(text(path))]
    assert named == []
    above = {name for row in rows(ROOT) for name in row} - {"interface", "layers", "sandbox", "django"}
    strings = re.compile(rf"""["'](?:{"|".join(sorted(above))})[.:/]""")
    assert [path for path in paths if path.endswith(".py") and strings.search(text(path))] == []
