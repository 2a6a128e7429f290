"""Code lists of publication: what goes online, and the states of a version on its way."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class SubjectKind(models.TextChoices):
    """What is put online: a whole layer, or a version of its data, file, style, of a form, a plan or a dashboard."""

    LAYER = "layer", _("couche")
    DELIVERY = "delivery", _("livraison")
    RASTER = "raster", _("version de raster")
    STYLE = "style", _("style")
    DASHBOARD = "dashboard", _("tableau de bord")
    FORM = "form", _("formulaire")
    PLAN = "plan", _("version d’un plan")


class SubmissionState(models.TextChoices):
    """Where a submitted version is. What was never submitted is a draft, and has no submission.

    ``APPROVED`` waits for its instant; ``REPLACED`` was online until another version came.
    """

    SUBMITTED = "submitted", _("À approuver")
    APPROVED = "approved", _("Approuvée")
    ONLINE = "online", _("En ligne")
    SENT_BACK = "sent-back", _("Renvoyée")
    CANCELLED = "cancelled", _("Annulée")
    REPLACED = "replaced", _("Remplacée")
    WITHDRAWN = "withdrawn", _("Retirée")


# The states in which somebody or the clock has still to act.
OPEN_STATES = (SubmissionState.SUBMITTED, SubmissionState.APPROVED)
# What is withdrawn with its layer: the layer itself, and the versions that are all of it.
LAYER_KINDS = (SubjectKind.LAYER, SubjectKind.DELIVERY, SubjectKind.RASTER)
# Of which a layer has several, each with its own versions: their submissions hold the id of the version.
KINDS_WITH_OWN_VERSIONS = (SubjectKind.FORM, SubjectKind.PLAN)
