"""How each tool reads a layer, as commands and steps with the real addresses: the pages show them, tests run them.

A command never holds a token: it takes it from the environment variable ``PORTAL_TOKEN``, so that neither the page nor
the shell's history keeps one.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from export_formats.registry import NOTICE_EXTENSION
from layers.access import Scope

VARIABLE = "PORTAL_TOKEN"
# The largest page of items, see layers.parsing.query.
_LAYER_LIMIT = 1_000_000


@dataclass(frozen=True, slots=True)
class CopyAddress:
    """An address to copy."""

    name: str
    label: str
    url: str
    help: str


@dataclass(frozen=True, slots=True)
class Command:
    """A text to copy into a tool."""

    name: str
    label: str
    text: str


@dataclass(frozen=True, slots=True)
class Screenshot:
    """A picture of a dialog: its static file, size in pixels, and what it shows."""

    file: str
    width: int
    height: int
    caption: str


@dataclass(frozen=True, slots=True)
class Recipe:
    """What to do in one tool: steps to follow by hand, with pictures, then commands to run."""

    name: str
    title: str
    icon: str
    intro: str
    steps: tuple[str, ...] = ()
    commands: tuple[Command, ...] = ()
    pictures: tuple[Screenshot, ...] = ()


@dataclass(frozen=True, slots=True)
class LayerAddresses:
    """The absolute addresses of a layer. ``tile`` holds {z}, {x} and {y}; ``export`` gives that of a format."""

    landing: str
    wfs: str
    csw: str
    items: str
    tilejson: str
    tile: str
    style: str
    export: Callable[[str], str]

    def full_layer(self, scope: Scope) -> str:
        """Return the address of every feature in one GeoJSON answer, even for who may read and not download."""
        return (
            self.export("geojson") if scope.can_download else f"{self.items}?f=geojson&limit={_LAYER_LIMIT}"
        )


def addresses_of(scope: Scope, addresses: LayerAddresses) -> list[CopyAddress]:
    """Return what to paste where, for a layer."""
    lines = [
        CopyAddress(
            "landing",
            _("OGC API Features"),
            addresses.landing,
            _("QGIS, ArcGIS Pro, GDAL : tout le portail."),
        ),
        CopyAddress(
            "wfs",
            _("Service WFS"),
            addresses.wfs,
            _("QGIS, ArcGIS, GDAL, FME : versions 2.0.0, 1.1.0 et 1.0.0."),
        ),
        CopyAddress(
            "csw",
            _("Catalogue (CSW)"),
            addresses.csw,
            _("QGIS : Internet › MetaSearch, onglet « Services », « Nouveau ». Les jeux ouverts à tous."),
        ),
        CopyAddress(
            "items",
            _("Objets en GeoJSON"),
            addresses.items,
            _("Par pages ; filtres : commune, bbox, q, filter…"),
        ),
    ]
    if scope.can_download:
        lines += _files(addresses)
    return [*lines, *_tiles(addresses)] if scope.definition.geometry.is_located else lines


def _files(addresses: LayerAddresses) -> list[CopyAddress]:
    return [
        CopyAddress(
            "csv", _("Fichier CSV"), addresses.export("csv"), _("La couche entière ; les mêmes filtres.")
        ),
        CopyAddress(
            "notice",
            _("Notice à garder à côté du CSV"),
            addresses.export(NOTICE_EXTENSION),
            _("Licence, source, date, nombre de lignes, colonnes ; les mêmes filtres."),
        ),
        CopyAddress(
            "gpkg",
            _("Fichier GeoPackage"),
            addresses.export("gpkg"),
            _("La couche entière, avec son style pour QGIS."),
        ),
    ]


def _tiles(addresses: LayerAddresses) -> list[CopyAddress]:
    return [
        CopyAddress(
            "tilejson", _("TileJSON"), addresses.tilejson, _("Tuiles vectorielles : MapLibre, OpenLayers.")
        ),
        CopyAddress(
            "tile",
            _("Modèle des tuiles"),
            addresses.tile,
            _("QGIS : Ajouter une couche › Tuile vectorielle."),
        ),
        CopyAddress(
            "style",
            _("Style MapLibre (style.json)"),
            f"{addresses.style}?f=mapbox",
            _("Tuiles, couleurs, images et étiquettes de la carte."),
        ),
        CopyAddress(
            "qml",
            _("Style QGIS (QML)"),
            f"{addresses.style}?f=qml",
            _("Propriétés › Style › Charger un style."),
        ),
        CopyAddress(
            "sld",
            _("Style SLD 1.1 (Symbology Encoding)"),
            f"{addresses.style}?f=sld11",
            _("GeoServer, MapServer."),
        ),
    ]


def recipes(scope: Scope, addresses: LayerAddresses, *, is_writable: bool = False) -> list[Recipe]:
    """Return what to do in each tool to read a layer, and in QGIS to change it where the visitor may."""
    return [
        _qgis(scope, addresses),
        *([_qgis_editing()] if is_writable else []),
        _gdal(scope, addresses),
        _python(scope, addresses),
        _r(scope, addresses),
        *([_excel(scope, addresses)] if scope.can_download else []),
        _curl(scope, addresses),
    ]


def _qgis(scope: Scope, addresses: LayerAddresses) -> Recipe:
    steps = [
        _("Couche › Gestionnaire des sources de données › WFS / OGC API - Features, puis « Nouveau »."),
        _("Nom : celui que vous voulez. URL : %s") % addresses.landing,
        _("Version : « OGC API - Features ». Laissez le reste tel quel."),
    ]
    if not scope.is_open:
        steps.append(
            _(
                "Authentification, onglet « De base » : votre identifiant, et un jeton pour mot de passe. Puis "
                "« Convertir en configuration » : QGIS l’enregistre chiffré, et non en clair dans le projet."
            )
        )
    steps += [
        _("« OK », puis « Connexion » : la liste des couches s’affiche."),
        _("Choisissez « %s », puis « Ajouter ».") % scope.layer.title,
    ]
    pictures = (
        Screenshot(
            "connect/qgis-connection.png",
            620,
            610,
            _("La nouvelle connexion. L’authentification ne sert que pour les couches internes."),
        ),
        Screenshot(
            "connect/qgis-layers.png",
            1000,
            640,
            _("Après « Connexion » : la liste des couches, les vôtres comprises."),
        ),
    )
    intro = _("Les filtres de QGIS sont évalués par le portail.")
    return Recipe("qgis", _("QGIS 3.40"), "map", intro, tuple(steps), pictures=pictures)


def _qgis_editing() -> Recipe:
    steps = (
        _(
            "Avant la première modification : avec un identifiant et un mot de passe (ou un jeton) dans l’onglet "
            "« De base », QGIS montre le crayon, mais chaque enregistrement échoue. "
            "Il faut une configuration « API Header »."
        ),
        _("Créez un jeton de portée « Lecture et modification » sur la page « Mon compte »."),
        _("Préférences › Options › Authentification › Ajouter : méthode « API Header »."),
        _(
            "Donnez-lui deux lignes : Authorization, avec Bearer puis le jeton ; If-Match, avec une étoile (*), "
            "que QGIS n’envoie pas de lui-même."
        ),
        _("Choisissez cette configuration dans la connexion, à la place de l’authentification de base."),
        _("Ajoutez la couche, puis le crayon : objets créés, déplacés, modifiés et supprimés."),
        _("Qui ne peut pas modifier une couche trouve le crayon grisé."),
    )
    intro = _("Votre compte peut modifier cette couche ; chaque modification est gardée dans son historique.")
    return Recipe("qgis-modifier", _("Modifier dans QGIS, avec un en-tête"), "pencil", intro, steps)


def _gdal(scope: Scope, addresses: LayerAddresses) -> Recipe:
    # Not GDAL_HTTP_HEADERS: the OAPIF driver sets headers of its own and forgets those. A token alone is a name.
    login = "" if scope.is_open else f'export GDAL_HTTP_USERPWD="${VARIABLE}:"\n'
    source = f'"OAPIF:{addresses.landing}"'
    commands = (
        Command("gdal-info", _("Décrire la couche"), f"{login}ogrinfo -so {source} {scope.slug}"),
        Command(
            "gdal-copy",
            _("La copier dans un GeoPackage"),
            f"{login}ogr2ogr -f GPKG {scope.slug}.gpkg {source} {scope.slug}",
        ),
    )
    return Recipe("gdal", _("GDAL et ogr2ogr"), "terminal", _("GDAL 3.6 ou plus récent."), (), commands)


def _python(scope: Scope, addresses: LayerAddresses) -> Recipe:
    if scope.is_open:
        text = (
            f'import geopandas\n\nlayer = geopandas.read_file("{addresses.full_layer(scope)}")\n'
            "print(len(layer), layer.crs)"
        )
    else:
        text = (
            "import os\nfrom urllib.request import Request, urlopen\n\nimport geopandas\n\n"
            f'headers = {{"Authorization": "Bearer " + os.environ["{VARIABLE}"]}}\n'
            f'request = Request("{addresses.full_layer(scope)}", headers=headers)\n'
            "with urlopen(request) as answer:\n    layer = geopandas.read_file(answer)\nprint(len(layer), layer.crs)"
        )
    intro = _("Avec geopandas ; rien d’autre à installer.")
    return Recipe("python", "Python", "code", intro, (), (Command("python", _("Lire la couche"), text),))


def _r(scope: Scope, addresses: LayerAddresses) -> Recipe:
    login = (
        "" if scope.is_open else f'Sys.setenv(GDAL_HTTP_USERPWD = paste0(Sys.getenv("{VARIABLE}"), ":"))\n'
    )
    text = f'library(sf)\n\n{login}layer <- st_read("{addresses.full_layer(scope)}")\nnrow(layer)'
    return Recipe("r", "R", "chart-line", _("Avec sf."), (), (Command("r", _("Lire la couche"), text),))


def _excel(scope: Scope, addresses: LayerAddresses) -> Recipe:
    steps = [
        _("Excel : Données › À partir du web. Power BI : Obtenir les données › Web."),
        _("Adresse : %s") % addresses.export("excel.csv"),
    ]
    if not scope.is_open:
        steps.append(
            _(
                "Excel demande comment se connecter : « De base », votre identifiant, un jeton pour mot de passe."
            )
        )
    steps += [
        _("Origine du fichier : 65001, Unicode (UTF-8). Délimiteur : point-virgule. Puis « Charger »."),
        _("« Actualiser » relit la couche."),
    ]
    return Recipe("excel", _("Excel et Power BI"), "sheet", _("Une requête qui s’actualise."), tuple(steps))


def _curl(scope: Scope, addresses: LayerAddresses) -> Recipe:
    login = "" if scope.is_open else f'--header "Authorization: Bearer ${VARIABLE}" '
    text = f'curl --fail --compressed {login}--output {scope.slug}.geojson "{addresses.full_layer(scope)}"'
    intro = _("Toute la couche en GeoJSON.")
    return Recipe(
        "curl", "curl", "square-terminal", intro, (), (Command("curl", _("Enregistrer la couche"), text),)
    )
