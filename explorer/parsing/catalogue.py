"""The forms of the catalogue and of a layer's table."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from explorer.parsing.forms import Parameters, filled
from layers.errors import InvalidParameter
from layers.parsing import FeatureQuery, parse_query, single_values
from layers.vocabulary import Visibility

LIST_LIMIT = 25


@dataclass(frozen=True, slots=True)
class CatalogueQuery:
    """What is asked of the catalogue: words, a theme's slug, a visibility; empty means any."""

    text: str = ""
    theme: str = ""
    visibility: str = ""


def parse_catalogue(parameters: Parameters) -> CatalogueQuery:
    """Read the form of the catalogue.

    Raises:
        UnknownParameter: a parameter the page does not read.
        InvalidParameter: a visibility that does not exist, or a parameter given twice.
    """
    given = single_values(filled(parameters), known=("q", "theme", "visibilite"))
    visibility = given.get("visibilite", "")
    if visibility and visibility not in Visibility.values:
        raise InvalidParameter(
            _("visibilite attend « open » ou « internal » ; reçu « %s ».") % visibility[:40],
            parameter="visibilite",
        )
    return CatalogueQuery(
        text=given.get("q", "").strip()[:200], theme=given.get("theme", ""), visibility=visibility
    )


def parse_list(parameters: Parameters) -> FeatureQuery:
    """Read the form above a layer's table: every filter of the API, by pages of 25 unless asked otherwise."""
    given = filled(parameters)
    return parse_query({"limit": [str(LIST_LIMIT)], **given})
