"""The service worker keeps the offline page with its style, and nothing that belongs to anybody."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from django.contrib.staticfiles import finders
from django.test import Client

from gisportal import views
from tests.people import PLANNER
from tests.protocols import get

pytestmark = pytest.mark.django_db


def told(client: Client) -> dict[str, Any]:
    """Read what the worker is told to keep."""
    found = re.match(r"self\.offline = (.*);\n", client.get("/sw.js").content.decode())
    assert found
    document: dict[str, Any] = json.loads(found[1])
    return document


def test_the_worker_is_a_script_that_browsers_ask_again(client: Client) -> None:
    answer = client.get("/sw.js")
    assert (answer.headers["Content-Type"], answer.headers["Cache-Control"]) == (
        "text/javascript; charset=utf-8",
        "no-cache",
    )


def test_the_worker_keeps_static_files_and_one_page(client: Client) -> None:
    document = told(client)
    assert [file for file in document["files"] if not file.startswith("/static/")] == []
    assert document["page"] == "/hors-ligne/"


def test_every_file_it_keeps_exists() -> None:
    assert [name for name in views.offline_files() if not finders.find(name)] == []


def test_every_style_sheet_that_the_page_imports_is_stored(client: Client) -> None:
    sheet = Path(finders.find("interface/design/site.css"))
    imported = {
        (sheet.parent / name).resolve() for name in re.findall(r'url\("([^"]+)"\)', sheet.read_text())
    }
    stored = {Path(finders.find(name)).resolve() for name in views.offline_files() if name.endswith(".css")}
    assert imported <= stored


def test_every_style_of_the_page_is_kept(client: Client) -> None:
    page = client.get("/hors-ligne/").content.decode()
    styles = re.findall(r'<link rel="stylesheet" href="([^"]+)"', page)
    assert [style for style in styles if style not in told(client)["files"]] == []


def test_the_page_without_network_names_nobody() -> None:
    assert PLANNER.name not in get("/hors-ligne/", PLANNER, by_basic=False).body


def test_the_page_without_network_runs_no_script(client: Client) -> None:
    assert "<script" not in client.get("/hors-ligne/").content.decode()
