"""What zones and prescriptions share: their document, the written piece they point at, their validity."""

from __future__ import annotations

import datetime as dt
import re

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Case, Func, IntegerField, Q, When
from django.db.models.functions import Cast, Substr
from django.utils.translation import gettext_lazy as _

from layers.models import Feature
from plui.models.document import DocUrba, c8
from plui.vocabulary import C8_PATTERN, UNKNOWN_DATE

# A day is fully known when the C8 text ends with a month and a day.
_FULL_DATE = r"^\d{4}(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])$"


def _exists(day: str) -> bool:
    """Whether a full C8 date is in the calendar."""
    try:
        dt.datetime.strptime(day, "%Y%m%d")
    except ValueError:
        return False
    return True


def _part(start: int, length: int) -> Cast:
    """Return a part of DATVALID as a whole number."""
    return Cast(Substr("datvalid", start, length), IntegerField())


class GraphicObject(Feature):
    """An object of a document: ``datvalid`` is the standard's text, ``date_validite`` the day it names."""

    idurba = models.ForeignKey(
        DocUrba,
        on_delete=models.CASCADE,
        to_field="idurba",
        db_column="idurba",
        related_name="+",
        verbose_name=_("document (IDURBA)"),
    )
    nomfic = models.CharField(_("fichier du règlement"), max_length=80, blank=True, help_text="NOMFIC")
    urlfic = models.URLField(_("adresse du règlement"), max_length=254, blank=True, help_text="URLFIC")
    datvalid = c8("DATVALID")
    # make_date refuses 31 February: the database rejects what the pattern lets through.
    date_validite = models.GeneratedField(
        expression=Case(
            When(
                datvalid__regex=_FULL_DATE,
                then=Func(_part(1, 4), _part(5, 2), _part(7, 2), function="make_date"),
            )
        ),
        output_field=models.DateField(null=True),
        db_persist=True,
        verbose_name=_("date de validité"),
    )

    class Meta(Feature.Meta):
        abstract = True
        constraints = [
            *Feature.Meta.constraints,
            models.CheckConstraint(condition=Q(datvalid__regex=C8_PATTERN), name="%(class)s_datvalid_format"),
        ]

    def clean(self) -> None:
        """Refuse a day that does not exist, and one after the approval of the document (CNIG: DATVALID ≤ DATAPPRO)."""
        super().clean()
        if re.fullmatch(_FULL_DATE, self.datvalid) and not _exists(self.datvalid):
            raise ValidationError({"datvalid": _("Ce jour n’existe pas.")})
        approved = DocUrba.objects.filter(idurba=self.idurba_id).values_list("datappro", flat=True).first()
        if approved and approved != UNKNOWN_DATE and self.datvalid > approved:
            raise ValidationError({"datvalid": _("DATVALID ne peut pas suivre DATAPPRO (%s).") % approved})
