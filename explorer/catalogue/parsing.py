"""The forms of the catalogue and of a layer's table."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from django.db.models import TextChoices
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from interface.requests import Parameters, filled
from layers.errors import InvalidParameter
from layers.parsing import FeatureQuery, parse_query, single_values
from layers.vocabulary import Licence, Visibility

LIST_LIMIT = 25
MAX_TEXT = 200


class GeometryShape(TextChoices):
    """What the rows of a layer are drawn as, in the words of the catalogue's address."""

    POINT = "points", _("Points")
    LINE = "lignes", pgettext_lazy("geometry", "Lignes")
    SURFACE = "surfaces", _("Surfaces")
    TABLE = "tableau", _("Tableaux, sans géométrie")
    RASTER = "raster", _("Rasters (grilles et images)")


class CatalogueSort(TextChoices):
    """The order of the catalogue; by theme unless the reader chooses."""

    THEME = "", _("Thème")
    TITLE = "titre", _("Titre")
    UPDATED = "mise-a-jour", _("Mise à jour récente")
    COUNT = "objets", _("Nombre d’objets")


@dataclass(frozen=True, slots=True)
class CatalogueQuery:
    """A query on the catalogue: words, a value of each facet, an order; empty means any.

    ``theme`` is a slug, ``producer`` the name of a group, the others codes of their lists.
    """

    text: str = ""
    theme: str = ""
    visibility: str = ""
    shape: str = ""
    producer: str = ""
    licence: str = ""
    sorting: str = ""


# Parameter of the address → attribute, and the codes it may hold when they are a list.
FACETS: dict[str, tuple[str, type[TextChoices] | None]] = {
    "theme": ("theme", None),
    "visibilite": ("visibility", Visibility),
    "geometrie": ("shape", GeometryShape),
    "producteur": ("producer", None),
    "licence": ("licence", Licence),
    "tri": ("sorting", CatalogueSort),
}


def parse_catalogue(parameters: Parameters) -> CatalogueQuery:
    """Read the form of the catalogue.

    Raises:
        UnknownParameter: a parameter the page does not read.
        InvalidParameter: a code that does not exist, a parameter given twice, or words over ``MAX_TEXT`` characters.
    """
    inputs = single_values(filled(parameters), known=("q", *FACETS))
    values = {attribute: _code(inputs, name, codes) for name, (attribute, codes) in FACETS.items()}
    text = inputs.get("q", "").strip()
    if len(text) > MAX_TEXT:
        raise InvalidParameter(gettext("q dépasse %d caractères.") % MAX_TEXT, parameter="q")
    return CatalogueQuery(text=text, **values)


def check_offered(query: CatalogueQuery, offered: Mapping[str, Collection[str]]) -> None:
    """Refuse a theme or a producer of which the visitor sees no layer, whether it exists or not.

    ``offered`` holds, by attribute of the question, the values that the layers of the visitor have.

    Raises:
        InvalidParameter: naming the parameter.
    """
    for name, (attribute, codes) in FACETS.items():
        value = getattr(query, attribute)
        if value and codes is None and value not in offered[attribute]:
            raise InvalidParameter(
                gettext("%(name)s : aucune couche visible n’a la valeur « %(value)s ».")
                % {"name": name, "value": value[:40]},
                parameter=name,
            )


def _code(parts: Mapping[str, str], name: str, codes: type[TextChoices] | None) -> str:
    value = parts.get(name, "")
    if value and codes is not None and value not in codes.values:
        raise InvalidParameter(
            gettext("%(name)s attend « %(codes)s » ; reçu « %(value)s ».")
            % {
                "name": name,
                "codes": gettext(" », « ").join(filter(None, codes.values)),
                "value": value[:40],
            },
            parameter=name,
        )
    return value


def parse_list(parameters: Parameters) -> FeatureQuery:
    """Parse the form above a layer's table: every filter of the API, in pages of 25 by default."""
    values = filled(parameters)
    return parse_query({"limit": [str(LIST_LIMIT)], **values})
