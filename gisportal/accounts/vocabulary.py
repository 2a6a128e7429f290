"""Kinds of people who hold an account, scopes of their tokens, and the deeds of permissions."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class AccountKind(models.TextChoices):
    """The reason of an account."""

    AGENT = "agent", _("Agent de l’établissement")
    TOWN = "town", _("Agent d’une commune")
    ELECTED = "elected", _("Élu")
    PARTNER = "partner", _("Partenaire")


class TokenScope(models.TextChoices):
    """What a personal token may be used for, at most: never more than its account."""

    READ = "read", _("Lecture")
    EDIT = "edit", _("Lecture et modification")


class BatchKind(models.TextChoices):
    """What was done to several accounts at once."""

    JOIN = "join", _("Ajout à un groupe")
    LEAVE = "leave", _("Retrait d’un groupe")
    DISABLE = "disable", _("Désactivation")
    ENABLE = "enable", _("Réactivation")
    INVITE = "invite", _("Invitation envoyée de nouveau")
    IMPORT = "import", _("Import d’un fichier")


MAX_FILTER = 1_000
"""Characters of a filter of SCIM."""
PERMISSION_DEEDS = {
    "add": _("ajouter"),
    "change": _("modifier"),
    "delete": _("supprimer"),
    "view": _("voir"),
}
"""What a permission of Django lets do, by the beginning of its code."""
