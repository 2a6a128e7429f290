"""What pages load exists: every module import and every address in a style sheet resolves after ``collectstatic``.

With hashed names an import that the storage did not see stays un-hashed, silently: a browser would then mix new modules
with old ones. Every import of ours must come out hashed.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.management import call_command
from django.template import engines
from django.test import override_settings

from gisportal.static_files import SCRIPTS, SHARED_FOLDER

ROOT = Path(__file__).resolve().parents[2]
HASHED = re.compile(r"\.[0-9a-f]{12}\.[a-z0-9]+$")
# Comments of types import too, what no browser loads: `@import {Box} from "./geometry.js"`, `typeof import("proj4")`.
IMPORT = re.compile(r"""(?<!@)\b(?:import|export)\b(?!\s*\()[^"';()]*?["'](\.{1,2}/[^"']+)["'](;?)""")
LAZY = re.compile(r"""(?<!typeof )\bimport\(\s*["'](\.{1,2}/[^"']+)["']""")
URL = re.compile(r"""url\(["']?(?!data:|#)([^"')]+)["']?\)""")
ICON = re.compile(r"""{%\s*icon\s+["']([^"']+)["']""")
STATIC = re.compile(r"""{%\s*static\s+["']([^"']+)["']""")
INLINE = re.compile(r"<style|<script(?![^>]*\bsrc=)|\sstyle=|\son[a-z]+=|javascript:")
MODULE = re.compile(r"""type="module"\s+src="{%\s*static\s+'([^']+)'""")
TEMPLATES = [file for file in ROOT.glob("*/templates/**/*.html") if "node_modules" not in file.parts]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "gisportal.static_files.ModuleStorage"},
}
# Compressing takes most of a publication, and is WhiteNoise's business.
UNCOMPRESSED = ("js", "mjs", "css", "svg", "json", "map", "txt", "ttf", "png", "md")
PUBLISHED: dict[str, Any] = {
    "STORAGES": STORAGES,
    "WHITENOISE_SKIP_COMPRESS_EXTENSIONS": UNCOMPRESSED,
}


@pytest.fixture(scope="module")
def collected(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder where ``collectstatic`` has run as in production."""
    folder = tmp_path_factory.mktemp("collected")
    with override_settings(STATIC_ROOT=str(folder), **PUBLISHED):
        call_command("collectstatic", interactive=False, verbosity=0)
    return folder


def ours(collected: Path) -> list[Path]:
    """Return the hashed modules of our own apps."""
    return [
        f
        for f in collected.rglob("*.js")
        if HASHED.search(f.name) and f.relative_to(collected).parts[0] != "vendor"
    ]


def imports(file: Path) -> list[tuple[str, str]]:
    """Return what a module imports at once, with the semicolon that ends the statement, or nothing."""
    return IMPORT.findall(file.read_text("utf-8"))


def lazy_imports(file: Path) -> list[str]:
    """Return what a module imports when it needs it."""
    return LAZY.findall(file.read_text("utf-8"))


def test_every_module_import_leads_to_a_file(collected: Path) -> None:
    lost = [
        f"{file.name}: {name}"
        for file in ours(collected)
        for name in [*(name for name, _end in imports(file)), *lazy_imports(file)]
        if not (file.parent / name).is_file()
    ]
    assert lost == []


def test_every_module_import_is_hashed(collected: Path) -> None:
    plain = [
        f"{f.name}: {name}" for f in ours(collected) for name, _end in imports(f) if not HASHED.search(name)
    ]
    assert plain == []


def test_every_import_statement_ends_with_a_semicolon() -> None:
    sources = [file for file in ROOT.glob("*/static/**/*.js") if "node_modules" not in file.parts]
    assert [f"{file.name}: {name}" for file in sources for name, end in imports(file) if not end] == []


def test_every_address_of_a_style_sheet_leads_to_a_file(collected: Path) -> None:
    sheets = [file for file in collected.rglob("*.css") if HASHED.search(file.name)]
    lost = [
        f"{sheet.name}: {address}"
        for sheet in sheets
        for address in URL.findall(sheet.read_text("utf-8"))
        if not (sheet.parent / address.partition("#")[0].partition("?")[0]).is_file()
    ]
    assert lost == []


def test_every_static_address_of_a_template_is_collected(collected: Path) -> None:
    with override_settings(STATIC_ROOT=str(collected)):
        names = {name for file in TEMPLATES for name in STATIC.findall(file.read_text("utf-8"))}
        assert [name for name in sorted(names) if not (collected / name).is_file()] == []


def test_the_worker_of_the_map_stays_beside_it_under_its_plain_name(collected: Path) -> None:
    assert (collected / "vendor" / "maplibre-gl" / "maplibre-gl-worker.mjs").is_file()


def test_every_icon_of_a_template_exists() -> None:
    icons = ROOT / "node_modules" / "lucide-static" / "icons"
    names = {name for file in TEMPLATES for name in ICON.findall(file.read_text("utf-8"))}
    assert [name for name in sorted(names) if not (icons / f"{name}.svg").is_file()] == []


def test_no_template_carries_an_inline_script_or_style() -> None:
    found = {
        str(file.relative_to(ROOT)): INLINE.findall(re.sub(r"{%.*?%}", "", file.read_text("utf-8")))
        for file in TEMPLATES
    }
    assert {path: parts for path, parts in found.items() if parts} == {}


def test_every_template_compiles() -> None:
    engine = engines["django"]
    for file in TEMPLATES:
        engine.get_template(str(file.relative_to(ROOT)).partition("/templates/")[2])


def test_the_tests_serve_what_is_not_collected() -> None:
    assert staticfiles_storage.url("interface/design/base.css") == "/static/interface/design/base.css"


def test_every_module_of_a_page_is_joined_when_published() -> None:
    asked = {name for file in TEMPLATES for name in MODULE.findall(file.read_text("utf-8"))}
    assert asked - set(SCRIPTS) == set()


def test_joined_script_asks_for_shared_parts_alone(collected: Path) -> None:
    found = collected / "explorer" / "map" / "page.js"
    assert {name.split("/")[-2] for name, _end in imports(found)} == {SHARED_FOLDER}


def test_publishing_again_changes_nothing(collected: Path) -> None:
    """Of ours: what npm delivers is named by its content, which joining leaves alone."""
    before = named(collected)
    ours = ["django.contrib.staticfiles.finders.AppDirectoriesFinder"]
    with override_settings(STATIC_ROOT=str(collected), STATICFILES_FINDERS=ours, **PUBLISHED):
        call_command("collectstatic", interactive=False, verbosity=0)
    after = named(collected)
    assert {name: before.get(name) for name in after} == after
    assert len(after) > 200


def named(collected: Path) -> dict[str, str]:
    """Return the names under which the files are published, by those that they are written under."""
    manifest: dict[str, str] = json.loads((collected / "staticfiles.json").read_text("utf-8"))["paths"]
    return manifest
