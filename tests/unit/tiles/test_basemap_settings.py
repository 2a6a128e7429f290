"""The basemaps of the configuration are read strictly: a wrong entry stops the start and names itself."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured

from gisportal.settings.maps import read_basemaps

PLAN = {
    "slug": "plan",
    "title": "Plan",
    "url": "https://plan.example.org/{z}/{x}/{y}.png",
    "attribution": "© Exemple",
}


def read(**changes: Any) -> list[dict[str, Any]]:
    return read_basemaps(json.dumps([{**PLAN, **changes}]))


def test_no_setting_is_no_basemap() -> None:
    assert read_basemaps("") == []


def test_what_is_not_said_has_a_usual_value() -> None:
    [plan] = read()
    assert plan["type"] == "png"
    assert plan["tile_size"] == 256
    assert plan["min_zoom"] == 0
    assert plan["max_zoom"] == 19


def test_a_wmts_in_key_value_form_is_a_template() -> None:
    address = "https://plan.example.org/wmts?TILEMATRIX={z}&TILECOL={x}&TILEROW={y}"
    assert read(url=address)[0]["url"] == address


def test_the_list_may_be_in_a_file(tmp_path: Path) -> None:
    file = tmp_path / "basemaps.json"
    file.write_text(json.dumps([PLAN]), "utf-8")
    assert read_basemaps(str(file))[0]["slug"] == "plan"


@pytest.mark.parametrize(
    "changes",
    [
        {"url": "file:///etc/passwd?{z}{x}{y}"},
        {"url": "ftp://plan.example.org/{z}/{x}/{y}.png"},
        {"url": "https://{z}.example.org/{x}/{y}.png"},
        {"url": "https://plan.example.org/{z}/{x}.png"},
        {"url": "https://plan.example.org/{z}/{x}/{y}/{y}.png"},
        {"url": "/{z}/{x}/{y}"},
        {"slug": "../plan"},
        {"slug": ""},
        {"slug": "aucun"},
        {"attribution": ""},
        {"type": "svg"},
        {"tile_size": 1024},
        {"max_zoom": 30},
        {"min_zoom": 12, "max_zoom": 3},
        {"min_zoom": "0"},
        {"bounds": [2, 48]},
        {"bounds": [3, 48, 2, 49]},
        {"colour": "blue"},
    ],
    ids=str,
)
def test_what_cannot_be_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(ImproperlyConfigured, match="PORTAL_BASEMAPS"):
        read(**changes)


@pytest.mark.parametrize("text", ["[", "{}", "[1]", "no-such-file.json", json.dumps([PLAN, PLAN])])
def test_what_is_no_list_of_basemaps_is_refused(text: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="PORTAL_BASEMAPS"):
        read_basemaps(text)
