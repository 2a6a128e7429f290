"""How each desktop tool adds the service, with its real addresses: what the page at the bare address shows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from layers.access import Scope
from layers.services.features import is_writable
from wfs.names import type_name
from wfs.operations import Service
from wfs.versions import VERSIONS


@dataclass(frozen=True, slots=True)
class ServiceAddress:
    """An address to copy, and when to take it."""

    name: str
    label: str
    url: str
    help: str


@dataclass(frozen=True, slots=True)
class ToolSteps:
    """What to do in one tool: steps to follow by hand, then a command to run, if there is one."""

    name: str
    title: str
    icon: str
    intro: str
    steps: tuple[str, ...] = ()
    command: str = ""


@dataclass(frozen=True, slots=True)
class LayerEntry:
    """A layer of the service: the name of its type, and whether the reader may change its features."""

    scope: Scope
    type_name: str
    is_writable: bool


def addresses(service: Service) -> list[ServiceAddress]:
    """Return the address of the service, and that of its capabilities in each version."""
    addresses = [
        ServiceAddress(
            "service",
            _("Adresse du service"),
            service.address,
            _("Celle que demandent QGIS, ArcGIS, GDAL et FME."),
        )
    ]
    helps = {
        "2.0.0": _("Pages, filtres de dates et d’espace, requêtes enregistrées : la version à choisir."),
        "1.1.0": _("Pour un outil qui ne connaît pas 2.0.0."),
        "1.0.0": _("Pour les outils anciens : toutes les coordonnées sont en x, y."),
    }
    for version in VERSIONS:
        addresses.append(
            ServiceAddress(
                f"capabilities-{version.number.replace('.', '-')}",
                _("Capacités, version %s") % version,
                f"{service.address}?SERVICE=WFS&VERSION={version}&REQUEST=GetCapabilities",
                helps[version.number],
            )
        )
    return addresses


def tools(service: Service, scopes: list[Scope]) -> list[ToolSteps]:
    """Return what to do in each tool, with the first layer for example."""
    tools = [_qgis(service), _arcgis(service)]
    return [*tools, *_commands(service, scopes[0])] if scopes else tools


def _qgis(service: Service) -> ToolSteps:
    steps = (
        _("Couche › Gestionnaire des sources de données › WFS / OGC API - Features, puis « Nouveau »."),
        _("Nom : celui que vous voulez. URL : %s") % service.address,
        _("Version : « 2.0 » ou « Maximum ». Laissez le reste tel quel."),
        _(
            "Couches internes : Authentification, onglet « De base », votre identifiant, et un jeton pour mot de passe."
        ),
        _("« OK », puis « Connexion » : la liste des couches s’affiche, les vôtres comprises."),
    )
    return ToolSteps("qgis", "QGIS", "map", _("Les filtres de QGIS sont évalués par le portail."), steps)


def _arcgis(service: Service) -> ToolSteps:
    steps = (
        _("ArcGIS Pro : Insertion › Connexions › Nouveau serveur WFS."),
        _("URL du serveur : %s") % service.address,
        _("Version : 2.0.0. Couches internes : votre identifiant, et un jeton pour mot de passe."),
        _("Dans le volet Catalogue, ouvrez la connexion et glissez une couche sur la carte."),
    )
    intro = _("ArcGIS Pro, et les visualiseurs d’ArcGIS Online par la même adresse.")
    return ToolSteps("arcgis", "ArcGIS", "globe", intro, steps)


def _commands(service: Service, scope: Scope) -> list[ToolSteps]:
    name, login = (
        type_name(scope.slug),
        "" if scope.is_open else 'export GDAL_HTTP_USERPWD="$PORTAL_TOKEN:"\n',
    )
    gdal = f'{login}ogr2ogr -f GPKG {scope.slug}.gpkg "WFS:{service.address}" {name}'
    header = "" if scope.is_open else '--header "Authorization: Bearer $PORTAL_TOKEN" '
    query = f"SERVICE=WFS&VERSION=2.0.0&REQUEST=GetFeature&TYPENAMES={name}&OUTPUTFORMAT=application/json"
    curl = f'curl --fail --compressed {header}--output {scope.slug}.geojson "{service.address}?{query}"'
    return [
        ToolSteps(
            "gdal",
            _("GDAL et ogr2ogr"),
            "terminal",
            _("Toute une couche dans un GeoPackage, page par page."),
            command=gdal,
        ),
        ToolSteps("curl", "curl", "square-terminal", _("Une première page en GeoJSON."), command=curl),
    ]


def entries(scopes: Sequence[Scope]) -> list[LayerEntry]:
    """Return the layers of the service."""
    return [LayerEntry(scope, type_name(scope.slug), is_writable(scope)) for scope in scopes]


def editing_steps() -> tuple[str, ...]:
    """Return how QGIS changes the features of a layer that was added as its steps say."""
    return (
        _("Dans la connexion, donnez un jeton « Lecture et modification » pour mot de passe."),
        _("Couche › Basculer en mode édition : ajoutez, déplacez, changez, supprimez."),
        _(
            "Enregistrez : tout part en une fois. Si le portail refuse un objet, il dit lequel, et rien n’est gardé."
        ),
    )
