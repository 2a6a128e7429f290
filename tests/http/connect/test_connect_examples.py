"""The commands that « Connecter mes outils » shows are run as they stand, against a live server."""

from __future__ import annotations

import html
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from django.test import Client
from pytest_django.live_server_helper import LiveServer

from gisportal.accounts.services import create_token
from gisportal.accounts.vocabulary import TokenScope
from tests.people import PLANNER
from tests.world import PLAYGROUNDS, TREES, World

pytestmark = pytest.mark.parametrize("slug", [TREES, PLAYGROUNDS])
NAMES = {TREES: ["Cedre-Meudon", "Platane-Boulogne"], PLAYGROUNDS: ["Jeux-Bruyeres", "Jeux-Pont", "Jeux-Val"]}


class Shell:
    """Runs the commands of a page."""

    def __init__(self, page: str, token: str, folder: Path) -> None:
        self.page, self.folder = page, folder
        self.environment = os.environ | {
            "PORTAL_TOKEN": token,
            "PYTHONWARNINGS": "ignore",
            "no_proxy": "localhost",
        }

    def command(self, name: str) -> str:
        """Return a command as the page shows it."""
        found = re.search(rf'<code data-command="{name}">(.*?)</code>', self.page, re.DOTALL)
        assert found is not None
        return html.unescape(found.group(1))

    def run(self, *words: str) -> str:
        """Run a program and return what it says."""
        done = subprocess.run(
            words,
            cwd=self.folder,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout


@pytest.fixture
def shell(live_server: LiveServer, world: World, tmp_path: Path, slug: str) -> Shell:
    """A terminal in an empty folder, with the token that the page asks for, beside the page of the layer."""
    client = Client()
    client.force_login(PLANNER.account(), backend="django.contrib.auth.backends.ModelBackend")
    port = live_server.url.rpartition(":")[2]
    page = client.get(f"/connecter/{slug}/", headers={"host": f"localhost:{port}"}).content.decode()
    token = create_token(user=PLANNER.account(), name="essai", scope=TokenScope.READ, days=30)[1]
    return Shell(page, token, tmp_path)


def needs(program: str) -> pytest.MarkDecorator:
    """Skip where a program that the portal does not install is absent."""
    return pytest.mark.skipif(shutil.which(program) is None, reason=f"{program} is not installed here")


def test_python_reads_the_layer(shell: Shell, slug: str) -> None:
    told = shell.run(sys.executable, "-c", shell.command("python"))
    assert told.split()[0] == str(len(NAMES[slug]))


@needs("Rscript")
def test_r_reads_the_layer(shell: Shell, slug: str) -> None:
    if subprocess.run(["Rscript", "-e", "library(sf)"], capture_output=True, check=False).returncode:
        pytest.skip("the R package sf is not installed here")
    script = shell.folder / "lire.R"
    script.write_text(shell.command("r"), "utf-8")
    assert f"[1] {len(NAMES[slug])}" in shell.run("Rscript", str(script))


@needs("curl")
def test_curl_saves_the_layer(shell: Shell, slug: str) -> None:
    shell.run("sh", "-c", shell.command("curl"))
    saved = json.dumps(json.loads((shell.folder / f"{slug}.geojson").read_text("utf-8")))
    assert sorted(name for name in NAMES[slug] if name in saved) == NAMES[slug]


@needs("ogrinfo")
def test_gdal_describes_the_layer(shell: Shell, slug: str) -> None:
    assert f"Feature Count: {len(NAMES[slug])}" in shell.run("sh", "-c", shell.command("gdal-info"))


@needs("ogr2ogr")
def test_gdal_copies_the_layer(shell: Shell, slug: str) -> None:
    shell.run("sh", "-c", shell.command("gdal-copy"))
    told = shell.run("ogrinfo", "-al", "-geom=NO", f"{slug}.gpkg")
    assert sorted(name for name in NAMES[slug] if name in told) == NAMES[slug]
