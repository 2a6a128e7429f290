"""What harvesters got, by day. No column says anything of a person or of an address of the network."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from harvesting.vocabulary import Harvester, HarvestProtocol


class HarvestVisit(models.Model):
    """The requests of a day by one family of programs, for one form of the catalogue, with one HTTP status.

    ``portal`` is the INSEE code of a commune, empty for the whole territory. ``datasets`` is the sum of what each of
    the ``requests`` returned: a catalogue in three pages is three requests.
    """

    day = models.DateField(_("jour"))
    harvester = models.CharField(_("moissonneur"), max_length=20, choices=Harvester)
    protocol = models.CharField(_("protocole"), max_length=10, choices=HarvestProtocol)
    form = models.CharField(_("format"), max_length=20, blank=True)
    portal = models.CharField(_("portail"), max_length=5, blank=True)
    status = models.PositiveSmallIntegerField(_("réponse"))
    requests = models.PositiveIntegerField(_("requêtes"))
    datasets = models.PositiveIntegerField(_("jeux de données"))
    last_at = models.DateTimeField(_("dernière requête"))

    class Meta:
        verbose_name = _("passage d’un moissonneur")
        verbose_name_plural = _("passages des moissonneurs")
        ordering = ["-day", "-last_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["day", "harvester", "protocol", "form", "portal", "status"], name="harvest_visit_once"
            ),
            models.CheckConstraint(
                condition=Q(harvester__in=Harvester.values), name="harvest_visit_harvester_known"
            ),
            models.CheckConstraint(
                condition=Q(protocol__in=HarvestProtocol.values), name="harvest_visit_protocol_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.day:%d/%m/%Y} {self.harvester} {self.protocol} {self.status}"
