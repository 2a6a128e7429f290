"""Rules of passwords, after ANSSI's guide on authentication (2021, R21 to R24) and OWASP ASVS 4.0.3 §2.1.

Length protects: 12 characters, 15 for who administers. No class of characters is imposed, nothing expires; in exchange
what everybody would try first is refused: known passwords with or without digits around them, repetitions, sequences,
and what is made of the portal's words or of the account's own.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from itertools import pairwise
from typing import Any

from django.conf import settings
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from gisportal.accounts.models import User
from layers.models import Commune

# What people around here would think of first; compared without accents.
_FRENCH = frozenset(
    {
        "motdepasse",
        "azerty",
        "azertyuiop",
        "qsdfghjkl",
        "wxcvbn",
        "bonjour",
        "soleil",
        "marseille",
        "administrateur",
        "utilisateur",
        "portail",
        "carte",
        "cartes",
        "donnees",
        "geoportail",
        "urbanisme",
        "mairie",
        "commune",
        "territoire",
        "agglomeration",
        "seineouest",
        "bienvenue",
        "changeme",
    }
)
_LEFT = 8
_SHORTEST_WORD = 4
_DISTINCT = 5


def plain(text: str) -> str:
    """Return a text without accents nor case."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(character for character in decomposed if not unicodedata.combining(character))


class LengthValidator:
    """At least 12 characters, 15 for administrators; at most 128, so that hashing stays bounded."""

    def __init__(self, least: int = 12, least_of_administrators: int = 15, most: int = 128) -> None:
        self.least, self.least_of_administrators, self.most = least, least_of_administrators, most

    def validate(self, password: str, user: Any = None) -> None:
        """Refuse a password that is too short for this account, or too long.

        Raises:
            ValidationError: it is.
        """
        least = self._least(user)
        if len(password) < least:
            text = ngettext("Au moins %(count)d caractère.", "Au moins %(count)d caractères.", least)
            raise ValidationError(text % {"count": least}, code="password_too_short")
        if len(password) > self.most:
            text = ngettext("Au plus %(count)d caractère.", "Au plus %(count)d caractères.", self.most)
            raise ValidationError(text % {"count": self.most}, code="password_too_long")

    def get_help_text(self) -> str:
        """Return the rule in words."""
        values = {"least": self.least, "administrators": self.least_of_administrators}
        return (
            _("%(least)d caractères au moins, %(administrators)d pour les comptes d’administration.") % values
        )

    def _least(self, user: Any) -> int:
        administers = isinstance(user, User) and (user.is_staff or user.is_superuser)
        return self.least_of_administrators if administers else self.least


class KnownPasswordValidator(CommonPasswordValidator):
    """Django's 20,000 common passwords and some French ones, also with digits around them, and plain patterns."""

    def validate(self, password: str, user: Any = None) -> None:
        """Refuse what a list of passwords holds, or a pattern.

        Raises:
            ValidationError: it does, or it is.
        """
        common = self.passwords | _FRENCH
        if any(form in common for form in _forms(plain(password))) or _is_pattern(plain(password)):
            raise ValidationError(
                _("Ce mot de passe est de ceux que l’on essaie en premier."), code="password_too_common"
            )

    def get_help_text(self) -> str:
        """Return the rule in words."""
        return _("Ni mot de passe connu, ni suite de touches.")


class ContextValidator:
    """What remains without the words of the portal and of the account must still have 8 characters."""

    def validate(self, password: str, user: Any = None) -> None:
        """Refuse a password made of words that everybody here knows.

        Raises:
            ValidationError: too little is left without them.
        """
        left = plain(password)
        for word in sorted(_context(user), key=len, reverse=True):
            left = left.replace(word, "")
        if len(re.sub(r"[\W\d_]", "", left)) < _LEFT and left != plain(password):
            raise ValidationError(
                _("Ce mot de passe tient surtout à votre nom ou aux mots du portail."),
                code="password_of_context",
            )

    def get_help_text(self) -> str:
        """Return the rule in words."""
        return _("Pas seulement votre nom, votre commune ou le nom du portail.")


def _forms(password: str) -> set[str]:
    """Return a password with and without its digits and signs, around it or everywhere, and its repeated part."""
    core = re.sub(r"^[\W\d_]+|[\W\d_]+$", "", password)
    letters = re.sub(r"[\W\d_]", "", password)
    parts = {_repeated(form) for form in (password, core, letters)}
    return {form for form in {password, core, letters, *parts} if form}


def _repeated(text: str) -> str:
    """Return the part that a text repeats, or the text."""
    position = (text + text).find(text, 1) if text else 0
    return text[:position] if 0 < position < len(text) else text


def _is_pattern(password: str) -> bool:
    """Whether a password has few different characters, or follows the alphabet."""
    steps = {_step(before, after) for before, after in pairwise(password)}
    return len(set(password)) < _DISTINCT or steps <= {1} or steps <= {-1}


def _step(before: str, after: str) -> int:
    """Return how far a character is from the one before; after 9 comes 0."""
    if before.isdecimal() and after.isdecimal():
        return {1: 1, 9: -1}.get((int(after) - int(before)) % 10, 0)
    return ord(after) - ord(before)


def _context(user: Any) -> Iterable[str]:
    """Return the words of the portal and of an account, without accents, of 4 letters or more."""
    texts = [*_FRENCH, "Seine Ouest", "GeoSeine", *settings.PORTAL_HOSTS]
    texts += Commune.objects.values_list("nom", flat=True)
    if isinstance(user, User):
        texts += [user.username, user.first_name, user.last_name, user.email, user.organisation]
    words = {word for text in texts for word in (*re.split(r"[\W_]+", plain(text)), plain(text))}
    return {word for word in words if len(word) >= _SHORTEST_WORD}


class PortalArgon2Hasher(Argon2PasswordHasher):
    """Argon2id with 32 MiB, 4 passes, one lane: about 125 ms of processor; 16 threads at once take 512 MiB.

    OWASP's least is 19 MiB and 2 passes (Password Storage Cheat Sheet). Hashes of other costs, or of PBKDF2, are
    renewed when their owner signs in.
    """

    time_cost = 4
    memory_cost = 32 * 1024
    parallelism = 1
