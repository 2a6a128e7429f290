"""Personal tokens as credentials: which account a token stands for, and what is said of one that stands for none.

A token that is alive always passes: guessing 2^256 of them is hopeless, and refusing a good one because somebody else
at the same address sent bad ones would only let one broken script shut out a whole town hall. Requests with any other
one are counted by network (``gisportal.accounts.throttling``), and soon get a 429.
"""

from __future__ import annotations

import datetime as dt

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from gisportal.accounts.models import Token
from gisportal.accounts.queries import token_of_text
from gisportal.accounts.tokens import is_token
from layers.errors import WrongCredentials


def living_token(text: str, *, at: dt.datetime, username: str = "") -> Token:
    """Return the token that is alive at an instant, with its account; of ``username`` when one is given with it.

    Raises:
        WrongCredentials: unknown, expired or revoked, of a closed account or of another one.
    """
    token = token_of_text(text) if is_token(text) else None
    if token is None:
        raise WrongCredentials(_("Jeton inconnu ou révoqué."))
    if token.revoked_at is not None or not token.user.is_active or username not in {"", token.user.username}:
        # Who holds the text of a revoked token learns nothing more than who invents one.
        raise WrongCredentials(_("Jeton inconnu ou révoqué."))
    if token.is_expired(at=at):
        day = date_format(localtime(token.expires_at), "DATE_FORMAT")
        raise WrongCredentials(
            _("Ce jeton a expiré le %s : créez-en un autre sur la page « Mon compte ».") % day
        )
    return token
