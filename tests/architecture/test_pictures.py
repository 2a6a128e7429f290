"""Every picture of the documents is made by one program, stands in a document, and is light."""

from __future__ import annotations

import re

from tests.architecture.tree import ROOT, committed, text
from tests.browser.screenshots import film, first_dashboard, first_dataset, pages

FOLDER = "docs/screenshots"
PICTURE = re.compile(r"screenshots/([\w-]+\.(?:png|webp))")
# A window of QGIS 3.40, which is no page of the portal.
BY_HAND = {"qgis-map.png"}
MOST_BYTES = 6 * 2**20
MOST_BYTES_OF_A_FILM = 2 * 2**20


def made() -> set[str]:
    """Return the files that the program makes."""
    stills = (*pages.NAMES, *first_dataset.NAMES, *first_dashboard.NAMES)
    return {f"{name}.png" for name in stills} | {f"{name}.webp" for name in film.NAMES}


def stored() -> set[str]:
    return {path.rsplit("/", 1)[1] for path in committed() if path.startswith(f"{FOLDER}/")}


def named() -> set[str]:
    documents = [path for path in committed(".md") if path.startswith("docs/") or path == "README.md"]
    return {name for path in documents for name in PICTURE.findall(text(path))}


def test_every_picture_is_made_by_the_program_and_each_it_makes_is_stored() -> None:
    assert stored() == made() | BY_HAND


def test_every_picture_stands_in_a_document_and_each_that_a_document_names_is_stored() -> None:
    assert named() == stored()


def test_pictures_are_light() -> None:
    sizes = {name: (ROOT / FOLDER / name).stat().st_size for name in stored()}
    assert sum(sizes.values()) <= MOST_BYTES
    assert sizes["question-film.webp"] <= MOST_BYTES_OF_A_FILM
