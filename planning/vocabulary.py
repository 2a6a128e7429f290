"""Code lists of the sheet « Ce qui s’applique ici »: families of rules, relations to a place, kinds of cautions."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum

from django.db import models
from django.utils.translation import gettext_lazy as _

from layers.definitions import Text

TEXT = "lieu"
"""Parameter of a place as people write it."""


class Family(models.TextChoices):
    """What a rule is about: the sections of the sheet, in its order."""

    ZONES = "zones", _("Zones du PLUi")
    PRESCRIPTIONS = "prescriptions", _("Prescriptions")
    INFORMATION = "information", _("Informations")
    SERVITUDES = "servitudes", _("Servitudes")
    RISKS = "risks", _("Risques et nuisances")
    HERITAGE = "heritage", _("Patrimoine")
    NATURE = "nature", _("Nature")
    BUILT = "built", _("Constructions")
    OTHER = "other", _("Autres règles")


FAMILY_WORDS: Mapping[str, Text] = {
    Family.ZONES: _(
        "Une zone dit ce qu’on peut construire : usages, hauteur, recul. U : déjà urbanisée. AU : à urbaniser. "
        "A : agricole. N : naturelle."
    ),
    Family.PRESCRIPTIONS: _(
        "Une prescription ajoute une règle à celles de la zone, sur une partie du terrain : un arbre à garder, une "
        "façade à respecter, un emplacement réservé à un équipement public."
    ),
    Family.INFORMATION: _("Une information signale une autre réglementation, sans être une règle du PLUi."),
    Family.SERVITUDES: _(
        "Une servitude d’utilité publique limite l’usage d’un terrain pour l’intérêt général. Elle s’impose "
        "au-dessus du PLUi."
    ),
    Family.RISKS: _("Un risque connu peut interdire de construire, ou y mettre des conditions."),
    Family.HERITAGE: _(
        "Un monument proche ne décide rien à lui seul : ce sont les servitudes d’abords, ci-dessus, qui obligent."
    ),
    Family.BUILT: _(
        "Ce qui est dessiné sur le terrain aujourd’hui : un état des lieux, et non un droit à construire."
    ),
    Family.NATURE: _("Des arbres suivis par la collectivité ; seule une prescription les protège."),
}
"""A sentence without jargon under the title of a section."""

FAMILY_SUBTITLES: Mapping[str, Text] = {
    Family.ZONES: _("ce qu’on peut construire"),
    Family.PRESCRIPTIONS: _("part du terrain"),
    Family.INFORMATION: _("autres réglementations"),
    Family.SERVITUDES: _("au-dessus du PLUi"),
    Family.HERITAGE: _("le plus proche d’abord"),
    Family.NATURE: _("le plus proche d’abord"),
    Family.BUILT: _("emprise au sol"),
}
"""A few words beside the title of a section."""


class Relation(models.TextChoices):
    """How the features of a layer are selected around the place."""

    OVERLAPS = "overlaps", _("sur le terrain")
    WITHIN = "within", _("à une distance donnée")
    OUTSIDE = "outside", _("à une distance donnée, sans toucher le terrain")
    NEAREST = "nearest", _("les plus proches")


class CautionLevel(models.TextChoices):
    """Where a caution is written: at the top, in the summary, in bold beside the feature, or in small under it."""

    FIRST = "first", _("en tête de la fiche")
    SUMMARY = "summary", _("dans la phrase de résumé")
    WARNING = "warning", _("mise en garde")
    NOTE = "note", _("précision")


class LocationKind(Enum):
    """What the sheet is about."""

    PARCEL = "parcelle"
    POINT = "point"
    OUTLINE = "contour"
    FEATURE = "objet"


SLIVER_SHARE = 0.01
SLIVER_M2 = 1.0
"""Under both, a share is a difference between two drawings, not a rule of the parcel."""
NOISE_M2 = 0.01
"""An area that no drawing means: two outlines that share a border."""


class ToolRole(models.TextChoices):
    """What a layer is for in the tools of planners."""

    BUILDINGS = "buildings", _("Bâti, pour la part bâtie des zones")
    PREEMPTION = "preemption", _("Droit de préemption urbain")


class PlotState(models.TextChoices):
    """Where a reserved plot is in its life (code de l’urbanisme L151-41, L152-2, L230-1)."""

    OPEN = "open", _("en vigueur")
    NOTICE = "notice", _("délaissement demandé")
    ACQUIRED = "acquired", _("acquis")
    ABANDONED = "abandoned", _("abandonné")


class ServiceRelation(models.TextChoices):
    """How the features of a layer make a service consulted for a place."""

    OVERLAPS = "overlaps", _("sur le terrain")
    WITHIN = "within", _("à une distance donnée")


RESERVED_PLOT_TYPE = "05"
"""TYPEPSC of reserved plots, of the standard CNIG PLU."""
SLIVER_M = 1.0
"""Under it and ``SLIVER_SHARE``, a length of a line in a surface is a difference between two drawings."""


class Verdict(models.TextChoices):
    """The opinion of the commissioner of an inquiry on a remark."""

    FAVOURABLE = "favorable", _("Favorable")
    RESERVED = "reserve", _("Favorable avec réserve")
    UNFAVOURABLE = "defavorable", _("Défavorable")


class InquiryState(models.TextChoices):
    """Where an inquiry stands on a day."""

    EARLY = "early", _("pas encore ouverte")
    OPEN = "open", _("ouverte")
    CLOSED = "closed", _("close")
