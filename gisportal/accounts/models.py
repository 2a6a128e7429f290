"""The account of a person: Django's user with the kind of person it is."""

from __future__ import annotations

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils.translation import gettext_lazy as _

from gisportal.accounts.vocabulary import AccountKind


class User(AbstractUser):
    """An account. Rights come from its groups, never from its kind."""

    kind = models.CharField(
        _("type de compte"), max_length=10, choices=AccountKind, default=AccountKind.AGENT
    )
    organisation = models.CharField(_("organisme"), max_length=120, blank=True)

    class Meta(AbstractUser.Meta):
        verbose_name = _("compte")  # type: ignore[assignment]  # the stubs of AbstractUser.Meta say str
        verbose_name_plural = _("comptes")  # type: ignore[assignment]  # same
        constraints = [
            models.CheckConstraint(condition=models.Q(kind__in=AccountKind.values), name="user_kind_known")
        ]
