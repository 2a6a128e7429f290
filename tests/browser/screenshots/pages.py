"""The pictures of the product: an address, who reads it, and what is done there before the picture."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from playwright.sync_api import Page

from tests.browser.screenshots.camera import Camera

# Remarkable trees within 300 m of a heritage building, in the zones N of Meudon.
QUESTION = (
    "couches=arbres-remarquables&couches=batiments-patrimoniaux&couches=plui-zones&sujet=arbres-remarquables"
    "&commune=92048&plui-zones.typezone=N&arbres-remarquables.touching=batiments-patrimoniaux@300*"
    "&arbres-remarquables.touching=plui-zones*"
)
POINTS = "couches=batiments-patrimoniaux&couches=arbres-remarquables&couches=aires-de-jeux&couches=bornes-de-recharge"
COMPARED = (
    "couches=distance-aires-de-jeux&couches=couvert-arbore&rideau=couvert-arbore:50:distance-aires-de-jeux"
)
FRENCH_DATES = """inputs => inputs.forEach((one) => {
  const [year, month, day] = (one.value || "aaaa-mm-jj").split("-");
  one.type = "text";
  one.value = `${day}/${month}/${year}`;
})"""
# A street of Meudon, for a phone that knows where it is.
STREET = {"longitude": 2.2322, "latitude": 48.8108, "accuracy": 8}


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture of one page; ``{playground}`` in the address is the first playground of Meudon."""

    name: str
    address: str
    account: str = ""
    width: int = 1440
    height: int | None = None
    scheme: str = "light"
    commune: str = ""
    act: Callable[[Page], None] | None = None
    undo: Callable[[Page], None] | None = None


def around(page: Page) -> None:
    """Press « Autour de moi »."""
    page.context.grant_permissions(["geolocation"])
    page.context.set_geolocation(STREET)  # type: ignore[arg-type]  # a typed dictionary of Playwright
    page.get_by_role("button", name="Autour de moi").tap()
    page.locator(".nearby-count").wait_for()


def curve(page: Page) -> None:
    """Bring the trajectory of the chosen indicator to the top."""
    page.locator("#section-courbe").evaluate("section => scrollTo(0, section.offsetTop - 90)")


def rights(page: Page) -> None:
    """Open the rights of the layer."""
    page.get_by_role("link", name="Qui la voit").click()
    page.wait_for_url("**#grants-group")


def classes(page: Page) -> None:
    """Draw the communes by classes of their population, in a draft."""
    page.get_by_role("radio", name="Gradué", exact=True).check(force=True)
    page.wait_for_selector('[data-studio][data-changes="1"]')


def discard(page: Page) -> None:
    """Discard the draft."""
    page.goto("/catalogue/communes/style/")
    page.locator("form[action$='/style/abandonner/'] button").dispatch_event("click")
    page.wait_for_load_state("networkidle")


def inspection(page: Page) -> None:
    """Fill the form in; nothing is sent. Dates are written as a French browser does: ours speaks English alone."""
    page.locator("#saisie_type").select_option(label="Visuel de routine")
    page.locator("#saisie_resultat").select_option(label="Réserve mineure")
    page.locator("#saisie_organisme").fill("Régie des espaces verts")
    page.locator("#saisie_observations").fill("Une chaîne de balançoire est à graisser.")
    page.locator("input[type=date]").evaluate_all(FRENCH_DATES)
    page.locator("h1").evaluate("one => scrollTo(0, one.offsetTop - 16)")


PICTURES = (
    Picture("accueil-1440", "/"),
    Picture("carte-1440", f"/carte/?{POINTS}&commune=92048&objet=aires-de-jeux/{{playground}}"),
    Picture("carte-sombre-1440", "/carte/?couches=plui-zones&couches=batiments-patrimoniaux", scheme="dark"),
    Picture("question-1440", f"/carte/?{QUESTION}"),
    Picture("tableau-1440", f"/carte/?{QUESTION}&tableau=arbres-remarquables", height=1100),
    Picture("comparaison-1440", f"/carte/?{COMPARED}"),
    Picture("catalogue-1440", "/catalogue/"),
    Picture("recherche-1440", "/recherche/?q=arbres+remarcables"),
    Picture("tableau-de-bord-1440", "/tableaux-de-bord/aires-de-jeux/", account="agent-jeux", height=1100),
    Picture(
        "trajectoire-1440", "/tableaux-de-bord/pcaet/?indicateur=ges-total", account="agent-climat", act=curve
    ),
    Picture(
        "style-studio-1440",
        "/catalogue/communes/style/",
        account="administrateur",
        act=classes,
        undo=discard,
    ),
    Picture("connecter-1440", "/connecter/"),
    Picture("commune-1440", "/", commune="meudon"),
    Picture("droits-1440", "/catalogue/plui-prescriptions-lin/", account="administrateur", act=rights),
    Picture("autour-375", "/carte/?couches=aires-de-jeux", account="agent-jeux", width=375, act=around),
    Picture(
        "saisie-375",
        "/catalogue/aires-de-jeux/{playground}/saisie/inspections/ajouter/",
        account="agent-jeux",
        width=375,
        act=inspection,
    ),
)
NAMES = tuple(picture.name for picture in PICTURES)


def take(camera: Camera, wanted: set[str]) -> None:
    """Take the pictures of single pages."""
    playground = camera.first_id("aires-de-jeux", commune="92048")
    for picture in PICTURES:
        if picture.name not in wanted:
            continue
        page = camera.page(
            picture.account,
            width=picture.width,
            height=picture.height,
            scheme=picture.scheme,
            commune=picture.commune,
        )
        page.goto(picture.address.format(playground=playground))
        if picture.act:
            picture.act(page)
        camera.save(page, picture.name)
        if picture.undo:
            picture.undo(page)
        page.context.close()
