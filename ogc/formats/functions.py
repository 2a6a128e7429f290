"""The functions of filters beyond those of CQL2, as OGC API Features Part 3 lists them (19-079r2, ``/functions``)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from interface.http.links import RequestAddress, representations
from interface.http.media_types import JSON
from layers.definitions import Text
from layers.parsing.relative_periods import OFFERED

Document = dict[str, Any]
FUNCTIONS_REL = "http://www.opengis.net/def/rel/ogc/1.0/functions"
TYPES = ("string", "number", "integer", "datetime", "geometry", "boolean")
"""What arguments and values of functions are, in the words of the standard."""


@dataclass(frozen=True, slots=True)
class FunctionArgument:
    """An argument of a function: its place in words, and the types that it may have."""

    title: Text
    description: Text
    types: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FilterFunction:
    """A function of filters: ``example`` is a use of it, in CQL2."""

    name: str
    description: Text
    arguments: tuple[FunctionArgument, ...]
    returns: tuple[str, ...]
    example: str


_GEOMETRY = FunctionArgument(
    gettext_lazy("géométrie"), gettext_lazy("La propriété géométrique."), ("geometry",)
)
FUNCTIONS = (
    FilterFunction(
        "TODAY",
        gettext_lazy("Le jour de la demande, ou un jour compté à partir de lui ; vaut partout où vaut DATE."),
        (
            FunctionArgument(
                gettext_lazy("écart"),
                gettext_lazy("Facultatif : -14d, +2w, -6m, +1y (jours, semaines, mois, années)."),
                ("string",),
            ),
        ),
        ("datetime",),
        "TODAY('-14d')",
    ),
    FilterFunction(
        "PERIOD",
        gettext_lazy(
            "Un intervalle de jours compté à partir du jour de la demande ; vaut partout où vaut INTERVAL."
        ),
        (
            FunctionArgument(
                gettext_lazy("période"),
                gettext_lazy("%s, et d’autres nombres de jours, de semaines, de mois et d’années."),
                ("string",),
            ),
        ),
        ("datetime",),
        "PERIOD('last-14-days')",
    ),
    FilterFunction(
        "S_DWITHIN",
        gettext_lazy("Vrai à une distance au plus de la géométrie donnée, sur l’ellipsoïde."),
        (
            _GEOMETRY,
            FunctionArgument(
                gettext_lazy("autre géométrie"), gettext_lazy("Un lieu, en WKT."), ("geometry",)
            ),
            FunctionArgument(gettext_lazy("distance"), gettext_lazy("En mètres sans unité."), ("number",)),
            FunctionArgument(
                gettext_lazy("unité"), gettext_lazy("Facultative : meters ou kilometers."), ("string",)
            ),
        ),
        ("boolean",),
        "S_DWITHIN(geom, POINT(2.2 48.8), 300)",
    ),
    FilterFunction(
        "S_AREA",
        gettext_lazy("La surface en mètres carrés, sur l’ellipsoïde."),
        (_GEOMETRY,),
        ("number",),
        "S_AREA(geom)",
    ),
    FilterFunction(
        "S_LENGTH",
        gettext_lazy("La longueur en mètres, sur l’ellipsoïde."),
        (_GEOMETRY,),
        ("number",),
        "S_LENGTH(geom)",
    ),
    FilterFunction(
        "DAYS_BETWEEN",
        gettext_lazy("Le nombre de jours d’une date à une autre, négatif si celle-ci vient avant."),
        (
            FunctionArgument(gettext_lazy("début"), gettext_lazy("Une propriété datée."), ("datetime",)),
            FunctionArgument(gettext_lazy("fin"), gettext_lazy("Une propriété datée."), ("datetime",)),
        ),
        ("number",),
        "DAYS_BETWEEN(date_debut, date_fin)",
    ),
)


def functions(address: RequestAddress) -> Document:
    """Return the functions of filters."""
    return {"functions": [_function(each) for each in FUNCTIONS], "links": representations(address, JSON)}


def _function(function: FilterFunction) -> Document:
    example = _("Exemple : %s") % function.example
    return {
        "name": function.name,
        "description": f"{function.description} {example}",
        "arguments": [_argument(each) for each in function.arguments],
        "returns": list(function.returns),
    }


def _argument(argument: FunctionArgument) -> Document:
    description = str(argument.description)
    if "%s" in description:
        description %= ", ".join(OFFERED)
    return {"title": str(argument.title), "description": description, "type": list(argument.types)}
