"""``./portal bench drawings``: the style of each layer of the demonstration, drawn by MapLibre and by QGIS.

Every class of every layer is drawn alone by both, far (points are gathered) and near. A class is met where both give it
as much ink, to a quarter, and the same colour. QGIS is that of Debian (``apt-get install python3-qgis``).
"""

from __future__ import annotations

import json
import os
import subprocess
import urllib.request
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, sync_playwright

from bench import browser
from bench.attacks.sessions import administrator_session
from bench.drawings.classes import SIDE, Picture, Window, classes
from bench.figures import Figure, by_length
from bench.server import serving

_SYSTEM_PYTHON = "/usr/bin/python3"
# A town; below zoom 13 tiles gather points.
_WINDOWS = (Window(2.226, 48.82, 12), Window(2.2255, 48.8245, 15))
_PAGE = f'<!doctype html><style>#map {{ width: {SIDE}px; height: {SIDE}px }}</style><div id="map"></div>'
_PAGE += '<script type="module" src="/drawings/maplibre.js"></script>'
_PATIENCE_SECONDS = 1_800
# Of the layers, a brief run draws one in so many.
_ONE_IN = 6
Pictures = dict[str, list[dict[str, Picture]]]


def prepare() -> None:
    """Create, migrate, load and publish the demonstration."""
    browser.prepare()


def measures() -> Iterator[Figure]:
    """Compare the two drawings of each layer."""
    if not _has_qgis():
        yield Figure(
            "Drawings of QGIS", "every class alike", "not compared: QGIS is not installed (python3-qgis)"
        )
        return
    with serving() as server:
        yield from compared(f"http://127.0.0.1:{server.port}", {"Cookie": administrator_session()})


def compared(site: str, headers: dict[str, str]) -> Iterator[Figure]:
    """Draw the layers of a site twice, and yield how many classes of each are alike."""
    every_layer = _layers(site, headers)
    layers = by_length(every_layer, every_layer[::_ONE_IN])
    by_maplibre = _by_maplibre(site, headers, layers)
    by_qgis = _by_qgis(layers, headers)
    for slug, windows in by_maplibre.items():
        pairs = {
            (window.zoom, name): (picture, by_qgis[slug][index][name])
            for index, window in enumerate(_WINDOWS)
            for name, picture in windows[index].items()
        }
        inked = {key: pair for key, pair in pairs.items() if max(each.ink for each in pair) >= 1}
        apart = {key: pair for key, pair in inked.items() if not pair[0].is_like(pair[1])}
        for (zoom, name), (one, other) in apart.items():
            print(
                f"    {slug}, zoom {zoom}, {name[:200]}: MapLibre {_text(one)}, QGIS {_text(other)}",
                flush=True,
            )
        yield Figure(
            slug, "every class alike", f"{len(inked) - len(apart)} of {len(inked)} classes alike", not apart
        )


def _has_qgis() -> bool:
    command = [_SYSTEM_PYTHON, "-c", "import qgis.core"]
    with suppress(OSError):
        return subprocess.run(command, capture_output=True, check=False).returncode == 0  # noqa: S603  (constants)
    return False


def _text(picture: Picture) -> str:
    red, green, blue = (round(part) for part in picture.colour)
    return f"{picture.ink:.0f} px of #{red:02x}{green:02x}{blue:02x}"


def _layers(site: str, headers: dict[str, str]) -> list[dict[str, Any]]:
    listed = json.loads(_fetched(f"{site}/api/styles/portail?f=mapbox", headers))
    layers = []
    for slug in listed["sources"]:
        style = json.loads(_fetched(f"{site}/api/collections/{slug}/styles/portail?f=mapbox", headers))
        layers.append(
            {
                "slug": slug,
                "tiles": f"{site}/tiles/{slug}/{{z}}/{{x}}/{{y}}.mvt",
                "style": style,
                "sprite": style.get("sprite", ""),
                "classes": classes(style),
                "boxes": [window.box for window in _WINDOWS],
            }
        )
    return layers


def _fetched(address: str, headers: dict[str, str]) -> bytes:
    with urllib.request.urlopen(urllib.request.Request(address, headers=headers), timeout=60) as answer:  # noqa: S310  (loopback)
        return bytes(answer.read())


def _by_maplibre(site: str, headers: dict[str, str], layers: list[dict[str, Any]]) -> Pictures:
    script = Path(__file__).with_name("maplibre.js").read_text()
    pictures: Pictures = {}
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=browser.CHROMIUM, args=browser.ARGUMENTS)
        page = chromium.new_context(extra_http_headers=headers, service_workers="block").new_page()
        page.route("**/drawings/", lambda route: route.fulfill(body=_PAGE, content_type="text/html"))
        page.route(
            "**/drawings/*.js", lambda route: route.fulfill(body=script, content_type="text/javascript")
        )
        page.goto(f"{site}/drawings/")
        page.wait_for_function("window.drawClasses !== undefined")
        for layer in layers:
            pictures[layer["slug"]] = _class_pictures(page, layer)
        chromium.close()
    return pictures


def _class_pictures(page: Page, layer: dict[str, Any]) -> list[dict[str, Picture]]:
    windows = [
        {"longitude": each.longitude, "latitude": each.latitude, "zoom": each.zoom} for each in _WINDOWS
    ]
    question = {"style": layer["style"], "classes": layer["classes"], "windows": windows}
    return _pictures(page.evaluate("(question) => window.drawClasses(question)", question))


def _by_qgis(layers: list[dict[str, Any]], headers: dict[str, str]) -> Pictures:
    job = {"headers": headers, "side": SIDE, "layers": layers}
    done = subprocess.run(  # noqa: S603  (constants)
        [_SYSTEM_PYTHON, str(Path(__file__).with_name("qgis_pictures.py"))],
        input=json.dumps(job),
        capture_output=True,
        text=True,
        timeout=_PATIENCE_SECONDS,
        check=False,
        env={
            **{name: value for name, value in os.environ.items() if not name.startswith("PYTHON")},
            "QT_QPA_PLATFORM": "offscreen",
        },
    )
    if done.returncode:
        raise RuntimeError(done.stderr[-2_000:])
    answers = json.loads(done.stdout.splitlines()[-1])
    return {slug: _pictures(windows) for slug, windows in answers.items()}


def _pictures(windows: list[dict[str, list[float]]]) -> list[dict[str, Picture]]:
    return [
        {name: Picture(ink, (red, green, blue)) for name, (ink, red, green, blue) in classes.items()}
        for classes in windows
    ]
