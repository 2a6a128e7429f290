"""Code lists of harvesting: by which protocol a catalogue leaves, and the programs that read it."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class HarvestProtocol(models.TextChoices):
    """The protocols of the catalogue."""

    DCAT = "dcat", _("DCAT")
    CSW = "csw", _("CSW")
    RECORDS = "records", _("OGC API Records")
    SCDL = "scdl", _("Catalogue SCDL")
    FEED = "feed", _("Fil des nouveautés")


class Harvester(models.TextChoices):
    """Families of programs that harvest, as they name themselves in ``User-Agent``."""

    UDATA = "udata", _("data.gouv.fr (uData)")
    GEONETWORK = "geonetwork", _("GeoNetwork")
    OWSLIB = "owslib", _("QGIS MetaSearch (OWSLib)")
    OPENDATASOFT = "opendatasoft", _("Opendatasoft (Huwise)")
    GOOGLE = "google", _("Google")
    OTHER = "other", _("Autres programmes")
