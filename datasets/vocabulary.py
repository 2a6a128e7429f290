"""Code lists of datasets: column types, geometry, and the life of a delivery."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from layers.vocabulary import JobState


class ColumnType(models.TextChoices):
    """Types of a schema's fields: the words of Table Schema (Frictionless Data, Table Schema 1.0, field types)."""

    STRING = "string", _("texte")
    INTEGER = "integer", _("nombre entier")
    NUMBER = "number", _("nombre")
    BOOLEAN = "boolean", _("oui ou non")
    DATE = "date", _("date")
    DATETIME = "datetime", _("date et heure")


class ConditionOperator(models.TextChoices):
    """How the condition of a field compares another one."""

    EQUAL = "=", _("est")
    NOT_EQUAL = "!=", _("n’est pas")
    LESS = "<", _("est inférieur à")
    AT_MOST = "<=", _("est au plus")
    GREATER = ">", _("est supérieur à")
    AT_LEAST = ">=", _("est au moins")
    FILLED = "filled", _("est renseigné")
    EMPTY = "empty", _("est vide")

    @property
    def has_value(self) -> bool:
        """Whether it compares with a value."""
        return self not in {ConditionOperator.FILLED, ConditionOperator.EMPTY}


class GeometryKind(models.TextChoices):
    """Geometry of a dataset, one kind or none: the OGC names, in two dimensions or three (``Z``)."""

    NONE = "", _("aucune")
    POINT = "Point", _("points")
    MULTI_POINT = "MultiPoint", _("points multiples")
    LINE = "LineString", pgettext_lazy("geometry", "lignes")
    MULTI_LINE = "MultiLineString", _("lignes multiples")
    SURFACE = "Polygon", _("surfaces")
    MULTI_SURFACE = "MultiPolygon", _("surfaces multiples")

    @property
    def has_commune_shares(self) -> bool:
        """Whether a row may be of several communes: its table stores those that it goes into, with their shares."""
        return self not in {GeometryKind.NONE, GeometryKind.POINT}


class GeometryFamily(models.TextChoices):
    """What may be taken alone of a file that mixes points, lines and surfaces."""

    POINTS = "points", _("points")
    LINES = "lines", pgettext_lazy("geometry", "lignes")
    SURFACES = "surfaces", _("surfaces")

    @property
    def kinds(self) -> tuple[GeometryKind, GeometryKind]:
        """The kinds of the family: of one part, and of several."""
        return _KINDS[self.value]

    def nearest(self, kind: GeometryKind) -> GeometryKind:
        """Return ``kind`` when it is of the family, else the kind that takes every row of it."""
        return kind if kind in self.kinds else self.kinds[1]


_KINDS = {
    "points": (GeometryKind.POINT, GeometryKind.MULTI_POINT),
    "lines": (GeometryKind.LINE, GeometryKind.MULTI_LINE),
    "surfaces": (GeometryKind.SURFACE, GeometryKind.MULTI_SURFACE),
}


class DeliveryState(models.TextChoices):
    """Where a delivery is in its life."""

    LOADING = "loading", _("en cours de chargement")
    REFUSED = "refused", _("refusée")
    READY = "ready", _("prête à publier")
    ONLINE = "online", _("en ligne")
    PAST = "past", _("ancienne version")
    THINNED = "thinned", _("version allégée")
    FAILED = "failed", _("interrompue")
    ABANDONED = "abandoned", _("abandonnée")


HAS_ROWS = frozenset({DeliveryState.READY, DeliveryState.ONLINE, DeliveryState.PAST})
"""The states of a delivery whose rows are kept."""

WAITS = frozenset({DeliveryState.READY, DeliveryState.REFUSED, DeliveryState.FAILED})
"""The states of a delivery that waits for somebody, who publishes it, corrects it or gives it up."""

WAS_ACCEPTED = HAS_ROWS | {DeliveryState.THINNED}
"""The states of a delivery that could go online, whether its rows are kept or not."""


class Severity(models.TextChoices):
    """The weight of a finding: an error excludes its row, a warning does not."""

    ERROR = "error", _("erreur")
    WARNING = "warning", _("avertissement")


class UploadWork(models.TextChoices):
    """What a worker does of a file that somebody gave."""

    READ = "read", _("lecture")
    LOAD = "load", _("chargement")


class ChangePhase(models.TextChoices):
    """What a change of schema is at, in the order of its phases."""

    COUNTING = "counting", _("compte des lignes")
    COPYING = "copying", _("copie et conversion des lignes")
    INDEXING = "indexing", _("construction des index")
    HISTORY = "history", _("copie de l’historique")
    PUBLISHING = "publishing", _("mise en ligne")


class UploadStage(models.TextChoices):
    """Where a file that somebody gave is, for its pages: a work and the state of that work."""

    RECEIVED = "received", _("reçu, en attente de lecture")
    READING = "reading", _("en cours de lecture")
    READ = "read", _("lu, à vérifier")
    LOADING = "loading", _("en cours de chargement")
    LOADED = "loaded", _("chargé")
    FAILED = "failed", _("interrompu")
    CANCELLED = "cancelled", _("annulé")


UPLOAD_STAGES = {
    (UploadWork.READ, JobState.WAITING): UploadStage.RECEIVED,
    (UploadWork.READ, JobState.RUNNING): UploadStage.READING,
    (UploadWork.READ, JobState.READY): UploadStage.READ,
    (UploadWork.READ, JobState.FAILED): UploadStage.FAILED,
    (UploadWork.READ, JobState.CANCELLED): UploadStage.CANCELLED,
    (UploadWork.LOAD, JobState.WAITING): UploadStage.LOADING,
    (UploadWork.LOAD, JobState.RUNNING): UploadStage.LOADING,
    (UploadWork.LOAD, JobState.READY): UploadStage.LOADED,
    (UploadWork.LOAD, JobState.FAILED): UploadStage.FAILED,
    (UploadWork.LOAD, JobState.CANCELLED): UploadStage.CANCELLED,
}


class Phase(models.TextChoices):
    """What a worker does of a file at this moment."""

    WAITING = "waiting", _("en attente d’une place")
    READING = "reading", _("lecture du fichier")
    CHECKING = "checking", _("contrôle des lignes")
    BUILDING = "building", _("construction de la table")
    COMPARING = "comparing", _("comparaison avec ce qui est en ligne")
