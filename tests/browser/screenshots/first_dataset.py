"""Publishes the dataset of ``docs/first-dataset.md`` as its reader would: benches, given three times.

The second file is refused, the third one changes some rows. The dataset is deleted before and after.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from playwright.sync_api import Page

from tests.browser.screenshots.camera import Camera

MAKER, SLUG, TITLE = "administrateur", "bancs-publics", "Bancs publics"
STEPS = ("upload", "columns", "publish", "layer", "refused", "comparison", "versions")
NAMES = tuple(f"dataset-{step}" for step in STEPS)
PAGE = f"/jeux/{SLUG}/"
WIDTH = 1200

PLACES = (
    ("Place du Marché", 2.2352, 48.8080),
    ("Terrasse de l’Observatoire", 2.2309, 48.8058),
    ("Square de la Gare", 2.2410, 48.8120),
    ("Avenue du Château", 2.2336, 48.8105),
    ("Rue des Vignes", 2.2260, 48.8150),
    ("Parc du Val", 2.2215, 48.8172),
    ("Sente des Jardins", 2.2143, 48.8205),
    ("Place de l’Église", 2.1880, 48.8085),
    ("Square des Tilleuls", 2.1922, 48.8120),
    ("Quai de Seine", 2.2292, 48.8262),
    ("Esplanade du Pont", 2.2165, 48.8230),
    ("Jardin des Roses", 2.2440, 48.8370),
    ("Rue du Moulin", 2.2530, 48.8330),
    ("Allée des Platanes", 2.2620, 48.8245),
    ("Place du Théâtre", 2.2730, 48.8230),
    ("Square des Écoles", 2.2880, 48.8215),
)
TITLES = "Code;Nom;Matériau;Places;Posé le;Longitude;Latitude"


def row(number: int, place: tuple[str, float, float], *, seats: str = "", north: float = 0.0) -> str:
    """Return a line of the file."""
    name, lon, lat = place
    day = f"{1 + number * 7 % 28:02}/{1 + number * 5 % 12:02}/{2016 + number % 9}"
    material = ("Bois", "Acier", "Pierre")[number % 3]
    fields = [f"B{number:03}", f"Banc, {name.lower()}", material, seats or str(2 + number % 4), day]
    return ";".join([*fields, f"{lon:.4f}", f"{lat + north:.4f}"])


def delivered(rows: list[str], total: int) -> str:
    """Return a file as a service writes it: a line above the titles, a total below the rows."""
    return "\n".join(["Relevé des bancs publics", "", TITLES, *rows, f"Total;;;{total};;;", ""])


ROWS = [row(number, place) for number, place in enumerate(PLACES, 1)]
FIRST = delivered(ROWS, 55)
# Two rows cannot be read, and one has the code of another.
REFUSED = delivered([row(1, PLACES[0], seats="trois"), *ROWS[1:], ROWS[4], row(17, PLACES[3], seats="-")], 55)
# Two benches moved, two were rebuilt, one is gone and two are new.
SECOND = delivered(
    [
        row(1, PLACES[0], north=0.0016),
        row(2, PLACES[1], seats="6"),
        *ROWS[2:6],
        row(7, PLACES[6], north=-0.0021),
        *ROWS[8:12],
        row(13, PLACES[12], seats="3"),
        *ROWS[13:],
        row(17, ("Square de la Mairie", 2.2745, 48.8262)),
        row(18, ("Promenade du Bois", 2.2080, 48.8030)),
    ],
    58,
)


def choose(page: Page, folder: Path, content: str) -> None:
    """Choose a file."""
    file = folder / "releve-bancs.csv"
    file.write_text(content, "utf-8")
    page.get_by_label("Fichier", exact=True).set_input_files(file)


def give(page: Page, folder: Path, content: str) -> None:
    """Send a file and wait for its columns."""
    choose(page, folder, content)
    read(page)


def read(page: Page) -> None:
    """Send the chosen file and wait for its columns."""
    page.get_by_role("button", name="Lire le fichier").click()
    page.get_by_role("button", name="Charger et contrôler").wait_for()


def load(page: Page, number: int) -> None:
    """Load the file and wait for its report."""
    page.get_by_role("button", name="Charger et contrôler").click()
    page.wait_for_url(f"**{PAGE}versions/{number}/")
    page.get_by_role("heading", name="Le contrôle").wait_for()


def publish(page: Page) -> None:
    """Put the version online."""
    page.locator("#publier").get_by_role("button", name="Mettre en ligne").click()
    page.wait_for_url(f"**/catalogue/{SLUG}/")


def delete(page: Page) -> None:
    """Delete the dataset, when a former run left it."""
    answer = page.goto(f"{PAGE}supprimer/")
    if answer and answer.ok:
        page.locator("[name=slug]").fill(SLUG)
        page.get_by_role("button", name="Supprimer définitivement").click()
        page.wait_for_url("**/jeux/")


def resize(page: Page, height: int) -> None:
    """Give the window a height."""
    page.set_viewport_size({"width": WIDTH, "height": height})


def publish_first(camera: Camera, page: Page, folder: Path) -> None:
    """From the file to the layer."""
    page.goto("/jeux/nouveau/", wait_until="networkidle")
    resize(page, 640)
    choose(page, folder, FIRST)
    camera.save(page, "dataset-upload")
    read(page)
    resize(page, 1500)
    camera.save(page, "dataset-columns")
    page.get_by_label("Titre", exact=True).fill(TITLE)
    page.get_by_label("Thème").select_option(label="Équipements et jeux")
    load(page, 1)
    page.get_by_label("Ouverte", exact=True).check()
    camera.save(page, "dataset-publish", element=page.locator("#publier"))
    publish(page)
    resize(page, 800)
    camera.save(page, "dataset-layer")


def deliver_next(camera: Camera, page: Page, folder: Path) -> None:
    """A delivery that is refused, then one that is compared and published."""
    page.goto(f"{PAGE}import/")
    give(page, folder, REFUSED)
    resize(page, 1000)
    load(page, 2)
    camera.save(page, "dataset-refused")
    page.goto(f"{PAGE}import/")
    give(page, folder, SECOND)
    load(page, 3)
    camera.save(page, "dataset-comparison", element=page.locator("section[aria-labelledby=comparaison]"))
    publish(page)
    page.goto(f"{PAGE}versions/")
    resize(page, 800)
    camera.save(page, "dataset-versions")


def take(camera: Camera, wanted: set[str]) -> None:
    """Take the pictures of the first dataset."""
    if wanted.isdisjoint(NAMES):
        return
    page = camera.page(MAKER, width=WIDTH)
    delete(page)
    with tempfile.TemporaryDirectory() as folder:
        publish_first(camera, page, Path(folder))
        deliver_next(camera, page, Path(folder))
    delete(page)
    page.context.close()
