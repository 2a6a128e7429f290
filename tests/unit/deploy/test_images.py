"""What the Dockerfiles say: bases that are kept, files that the image may read, nothing compiled at a start."""

from __future__ import annotations

import re

import pytest

from tests.served import ROOT

IMAGES = ("Dockerfile", "deploy/database.Dockerfile")
FROM = re.compile(r"^FROM (\S+)(?: AS (\S+))?$", re.MULTILINE)


def stages(path: str) -> dict[str, str]:
    """Return the instructions of each stage by its name, the last one as ``""`` too."""
    parts = re.split(r"^(?=FROM )", (ROOT / path).read_text(), flags=re.MULTILINE)[1:]
    named = {match[2] or "": part for part in parts if (match := FROM.match(part))}
    return named | {"": parts[-1]}


@pytest.mark.parametrize("path", IMAGES)
def test_images_stand_on_the_debian_that_the_tests_run_on(path: str) -> None:
    own = set(stages(path))
    bases = {base for base, _name in FROM.findall((ROOT / path).read_text()) if base not in own}
    assert bases
    assert {base for base in bases if "trixie" not in base} == set()


def test_files_of_a_private_checkout_can_be_read_by_the_image() -> None:
    """Git writes 0600 with umask 077, and the image's user is not root: the checkout passes where modes are set."""
    code, portal = stages("Dockerfile")["code"], stages("Dockerfile")["portal"]
    assert re.search(r"COPY \. \.\nRUN chmod -R u=rwX,go=rX \.", code)
    assert re.findall(r"^COPY (\S+)", portal, re.MULTILINE) == ["--from=browser-libraries", "--from=code"]


def test_scripts_of_the_database_have_their_modes_whatever_those_of_the_checkout() -> None:
    copies = re.findall(r"^COPY (.*)$", stages("deploy/database.Dockerfile")[""], re.MULTILINE)
    assert copies == [
        "--chmod=755 database-roles.sh /docker-entrypoint-initdb.d/20-roles.sh",
        "--chmod=644 database-roles.sql /portal/database-roles.sql",
    ]


def test_a_process_compiles_nothing_when_it_starts() -> None:
    """Its file system is read-only: each would compile all modules, each time."""
    code = stages("Dockerfile")["code"]
    assert "compilemessages" in code
    assert "compileall" in code


def test_the_image_runs_without_root() -> None:
    assert re.findall(r"^USER (\S+)", stages("Dockerfile")[""], re.MULTILINE) == ["portal"]
