"""Bounds of one request, the same in an address, a form and a body, checked before anything else is read."""

from __future__ import annotations

from django.conf import settings
from django.utils.translation import gettext as _

from layers.errors import InvalidParameter
from layers.parsing.query import MAX_IDS

# Names of a list: no table has more columns.
MAX_NAMES = 1_600
# A parameter that is no filter and names no features: a name a column, and as many boxes as there are queries.
MAX_CHARACTERS = 64 * 1024


def check_queries(count: int, *, parameter: str) -> None:
    """Refuse more queries, or feature types, than one request may have.

    Raises:
        InvalidParameter: over ``WFS_MAX_QUERIES``.
    """
    if count > settings.WFS_MAX_QUERIES:
        raise InvalidParameter(
            _("Une requête interroge au plus %(max)d types d’objets ; %(name)s en demande davantage.")
            % {"max": settings.WFS_MAX_QUERIES, "name": parameter},
            parameter=parameter,
        )


def check_count(count: int, *, parameter: str, most: int = MAX_NAMES) -> None:
    """Refuse a list that is longer than any that is served.

    Raises:
        InvalidParameter: over ``most``.
    """
    if count > most:
        raise InvalidParameter(
            _("%(name)s compte plus de %(max)d valeurs.") % {"name": parameter, "max": most},
            parameter=parameter,
        )


def check_ids(count: int, *, parameter: str) -> None:
    """Refuse more identifiers of features than one request names, all its queries together.

    Raises:
        InvalidParameter: over ``MAX_IDS``.
    """
    if count > MAX_IDS:
        raise InvalidParameter(
            _("%(name)s nomme %(count)d objets ; au plus %(max)d à la fois.")
            % {"name": parameter, "count": count, "max": MAX_IDS},
            parameter=parameter,
        )


def check_length(text: str, *, parameter: str) -> None:
    """Refuse the value of a parameter that is longer than any that is served.

    Raises:
        InvalidParameter: over ``MAX_CHARACTERS``.
    """
    if len(text) > MAX_CHARACTERS:
        raise InvalidParameter(
            _("%(name)s compte %(size)d caractères ; le maximum est %(max)d.")
            % {"name": parameter, "size": len(text), "max": MAX_CHARACTERS},
            parameter=parameter,
        )
