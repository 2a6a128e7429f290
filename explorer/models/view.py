"""Views of the map that people keep."""

from __future__ import annotations

from django.conf import settings
from django.core.validators import MaxLengthValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Length
from django.db.models.lookups import LessThanOrEqual
from django.utils.translation import gettext_lazy as _

ADDRESS_MAX = 20_000
TITLE_MAX = 120


class SavedView(models.Model):
    """An address of the map under a name. It holds a question, never an answer: who opens it asks for themselves.

    ``address`` is the query string, and ``#zoom/latitude/longitude`` when the view was framed.
    """

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", verbose_name=_("compte")
    )
    title = models.CharField(_("nom"), max_length=TITLE_MAX)
    address = models.TextField(_("adresse"), validators=[MaxLengthValidator(ADDRESS_MAX)])
    created_at = models.DateTimeField(_("enregistrée le"), auto_now_add=True)

    class Meta:
        verbose_name = _("vue enregistrée")
        verbose_name_plural = _("vues enregistrées")
        ordering = ["title", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["owner", "title"], name="view_title_once"),
            models.CheckConstraint(condition=~Q(title=""), name="view_has_title"),
            models.CheckConstraint(
                condition=Q(LessThanOrEqual(Length("address"), ADDRESS_MAX)), name="view_address_length"
            ),
        ]

    def __str__(self) -> str:
        return self.title
