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


def need(program: str) -> None:
    """Leave out what runs a program that the portal does not install, where it is absent."""
    if shutil.which(program) is None:
        pytest.skip(f"{program} is not installed here")


def python_counts(shell: Shell, slug: str) -> None:
    told = shell.run(sys.executable, "-c", shell.command("python"))
    assert told.split()[0] == str(len(NAMES[slug]))


def r_counts(shell: Shell, slug: str) -> None:
    need("Rscript")
    if subprocess.run(["Rscript", "-e", "library(sf)"], capture_output=True, check=False).returncode:
        pytest.skip("the R package sf is not installed here")
    script = shell.folder / "lire.R"
    script.write_text(shell.command("r"), "utf-8")
    assert f"[1] {len(NAMES[slug])}" in shell.run("Rscript", str(script))


def curl_saves(shell: Shell, slug: str) -> None:
    need("curl")
    shell.run("sh", "-c", shell.command("curl"))
    saved = json.dumps(json.loads((shell.folder / f"{slug}.geojson").read_text("utf-8")))
    assert sorted(name for name in NAMES[slug] if name in saved) == NAMES[slug]


def gdal_counts(shell: Shell, slug: str) -> None:
    need("ogrinfo")
    assert f"Feature Count: {len(NAMES[slug])}" in shell.run("sh", "-c", shell.command("gdal-info"))


def gdal_copies(shell: Shell, slug: str) -> None:
    need("ogr2ogr")
    shell.run("sh", "-c", shell.command("gdal-copy"))
    told = shell.run("ogrinfo", "-al", "-geom=NO", f"{slug}.gpkg")
    assert sorted(name for name in NAMES[slug] if name in told) == NAMES[slug]


@pytest.mark.parametrize("slug", [TREES, PLAYGROUNDS])
def test_every_command_of_the_page_reads_the_layer(
    shell: Shell, slug: str, subtests: pytest.Subtests
) -> None:
    """On one server: its world is built anew for each test, which takes as long as a command."""
    for runs in (python_counts, r_counts, curl_saves, gdal_counts, gdal_copies):
        with subtests.test(runs.__name__):
            runs(shell, slug)
