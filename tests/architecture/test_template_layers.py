"""Templates and scripts take only from what lies below: their own application, the interface, or lower ones.

Import contracts see neither; the order is theirs (``.importlinter``).
"""

from __future__ import annotations

import re
from functools import cache

from django.apps import apps
from django.template import engines
from django.template.backends.django import get_installed_libraries

from launcher.applications import rows
from tests.architecture.tree import ROOT, committed, text

# From the ground up: an application may take from its own row nothing but what is its own.
ORDER = rows(ROOT)[::-1]
RANK = {name: rank for rank, row in enumerate(ORDER) for name in row}
LOAD = re.compile(r"{%\s*load\s+(?:[\w\s]+?\s+from\s+)?([\w\s]+?)\s*%}")
PART = re.compile(r"""{%\s*(?:include|extends)\s+["']([^"']+)["']""")
STATIC = re.compile(r"""{%\s*static\s+["']([a-z_]+)/""")
IMPORT = re.compile(r"""^import\b[^;]*?["']([^"']+)["'];""", re.MULTILINE)
TEMPLATES = [path for path in committed(".html") if "/templates/" in path and not path.startswith("tests/")]
SCRIPTS = [path for path in committed(".js") if "/static/" in path]


@cache
def libraries() -> dict[str, str]:
    """Return the application of each tag library, by the name that templates load."""
    return {name: module.partition(".")[0] for name, module in get_installed_libraries().items()}


def owner(template: str) -> str:
    """Return the application of a template, from its path or from the file that the name finds."""
    return template.partition("/")[0]


def app_of_part(name: str, path: str) -> str:
    """Return the application whose template answers to a name; one that extends its own name reaches past itself."""
    if path.endswith(f"/templates/{name}"):
        return "django"
    origin = engines["django"].get_template(name).template.origin.name
    return (
        owner(origin.removeprefix(f"{ROOT}/"))
        if origin.startswith(str(ROOT)) and "/.venv/" not in origin
        else "django"
    )


def is_below(app: str, other: str) -> bool:
    """Whether ``app`` may take from ``other``: itself, what stands lower, or a library."""
    return app == other or other not in RANK or RANK[other] < RANK[app]


def test_templates_load_tags_of_what_lies_below() -> None:
    above = [
        f"{path}: {name}"
        for path in TEMPLATES
        for found in LOAD.findall(text(path))
        for name in found.split()
        if not is_below(owner(path), libraries()[name])
    ]
    assert above == []


def test_templates_are_made_of_what_lies_below() -> None:
    above = [
        f"{path}: {name}"
        for path in TEMPLATES
        for name in PART.findall(text(path))
        if not is_below(owner(path), app_of_part(name, path))
    ]
    assert above == []


def test_templates_ask_for_files_of_what_lies_below() -> None:
    above = [
        f"{path}: {name}"
        for path in TEMPLATES
        for name in STATIC.findall(text(path))
        if not is_below(owner(path), name)
    ]
    assert above == []


def test_scripts_import_what_lies_below() -> None:
    above = {
        path: taken
        for path in SCRIPTS
        if (taken := {app for app in apps_of_imports(path) if not is_below(owner(path), app)})
    }
    assert above == {}


def apps_of_imports(path: str) -> set[str]:
    """Return the applications that the imports of a script lead to."""
    return {app_of_import(path, name) for name in IMPORT.findall(text(path))}


def app_of_import(path: str, name: str) -> str:
    """Return the application that an import leads to, by the addresses under ``/static/``."""
    address = path.partition("/static/")[2].split("/")[:-1]
    for part in name.split("/"):
        if part == "..":
            address.pop()
        elif part != ".":
            address.append(part)
    return address[0]


def test_every_application_with_templates_has_a_place_in_the_order() -> None:
    assert {owner(path) for path in TEMPLATES} - set(RANK) == set()


def test_every_package_with_templates_is_an_installed_application() -> None:
    assert {name for name in map(owner, TEMPLATES) if not apps.is_installed(name)} == set()
