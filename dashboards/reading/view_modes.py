"""Where a dashboard is seen: its page, another site, a screen in a hall."""

from __future__ import annotations

from enum import Enum

from django.http import HttpRequest
from django.utils.translation import gettext as _

from dashboards.reading.presenters import VIEW
from layers.errors import InvalidParameter
from layers.visitor import Visitor, public_of, visitor_of


class ViewMode(Enum):
    """Where a dashboard is seen; the value is that of the parameter ``vue``."""

    PAGE = ""
    EMBEDDED = "integrer"
    HALL = "ecran"


def view_mode(request: HttpRequest) -> ViewMode:
    """Return where a panel is seen.

    Raises:
        InvalidParameter: ``vue`` is none of the values.
    """
    asked = request.GET.get(VIEW, "")
    try:
        return ViewMode(asked)
    except ValueError:
        raise InvalidParameter(
            _("%(name)s attend « %(codes)s » ; reçu « %(value)s ».")
            % {
                "name": VIEW,
                "codes": _(" », « ").join(mode.value for mode in ViewMode if mode.value),
                "value": asked[:40],
            },
            parameter=VIEW,
        ) from None


def asking_visitor(request: HttpRequest, mode: ViewMode) -> Visitor:
    """Return who asks: inside another site, the public, whoever is signed in here."""
    visitor = visitor_of(request)
    return public_of(visitor) if mode is ViewMode.EMBEDDED else visitor
