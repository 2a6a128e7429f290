"""The answer to somebody who tried too many passwords."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from gisportal.problems import answer
from layers.errors import TooManyAttempts


def locked_out(request: HttpRequest, *_answer: object) -> HttpResponse:
    """Render a 429 that says when to come back, in the form of the protocol asked."""
    return answer(
        request,
        TooManyAttempts(_("Attendez un quart d’heure avant de réessayer, ou écrivez à l’équipe du portail.")),
    )
