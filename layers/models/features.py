"""Models of features: version of the data, geometry, commune, photos, history; and the communes themselves.

The version of a table is the key of every ETag and cache: a number that grows with every write, whoever writes. Its
trigger is statement-level and takes part in the writer's transaction: nobody reads a new number before the rows that
made it. The instant of the last write is stored too, for a deletion or a truncate leaves no row to date.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import PurePosixPath
from typing import TypeVar

import pghistory
import pgtrigger
from django.apps import apps
from django.contrib.gis.db.models import GeometryField, MultiPolygonField
from django.contrib.gis.db.models.functions import Transform
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, GistIndex
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _
from pghistory.models import Event

from layers.parsing.cells import CODE_INSEE_PATTERN


class DataVersion(models.Model):
    """How many statements have written to a table, and when the last one did.

    A table never written to has no row: its version is 0. ``changed_at`` is None for a table without a write since
    the portal records it, and without dates in its rows. The transactions of the last minute, sixty at most, come
    newest first: the version that each began with, the instant of its first statement, and the account that wrote,
    None for nobody's.
    """

    table = models.CharField(_("table"), max_length=63, primary_key=True)
    version = models.BigIntegerField(_("version"), default=0)
    changed_at = models.DateTimeField(_("dernière écriture"), null=True, editable=False)
    last_transaction = models.BigIntegerField(default=0, editable=False)
    write_versions = ArrayField(models.BigIntegerField(), default=list, editable=False)
    write_instants = ArrayField(models.DateTimeField(), default=list, editable=False)
    writers = ArrayField(models.BigIntegerField(null=True), default=list, editable=False)

    class Meta:
        verbose_name = _("version des données")
        verbose_name_plural = _("versions des données")

    def __str__(self) -> str:
        return f"{self.table} {self.version}"


# The function is created by migrations (0001, 0003, 0020) so that tables loaded by plain SQL share it.
BUMP_VERSION = pgtrigger.Trigger(
    name="data_version",
    level=pgtrigger.Statement,
    when=pgtrigger.After,
    operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete | pgtrigger.Truncate,
    func="PERFORM layers_bump_version(TG_TABLE_NAME); RETURN NULL;",
)


class VersionedModel(models.Model):
    """A table whose writes are counted."""

    class Meta:
        abstract = True
        triggers = [BUMP_VERSION]


SET_COMMUNE = pgtrigger.Trigger(
    name="commune",
    level=pgtrigger.Row,
    when=pgtrigger.Before,
    operation=pgtrigger.Insert | pgtrigger.UpdateOf("geom", "commune_id"),
    func="NEW.commune_id := layers_commune_of(NEW.geom); RETURN NEW;",
)


SET_COMMUNES = pgtrigger.Trigger(
    name="commune",
    level=pgtrigger.Row,
    when=pgtrigger.Before,
    operation=pgtrigger.Insert | pgtrigger.UpdateOf("geom", "commune_id", "communes", "commune_shares"),
    func=(
        "SELECT s.communes, s.shares INTO NEW.communes, NEW.commune_shares FROM layers_commune_shares(NEW.geom) AS s;"
        " NEW.commune_id := NEW.communes[1]; RETURN NEW;"
    ),
)
# Surfaces are tested against the ground of each commune that is far enough from its border; lines and surfaces around a
# boundary that changed are placed again, whoever changed it.
SET_COMMUNE_CORE = pgtrigger.Trigger(
    name="commune_core",
    level=pgtrigger.Row,
    when=pgtrigger.After,
    operation=pgtrigger.Insert | pgtrigger.UpdateOf("code", "geom") | pgtrigger.Delete,
    func=(
        "IF TG_OP = 'UPDATE' AND NEW.geom IS NOT DISTINCT FROM OLD.geom AND NEW.code = OLD.code"
        " THEN RETURN NULL; END IF;"
        " IF TG_OP <> 'INSERT' THEN DELETE FROM layers_communecore WHERE code = OLD.code; END IF;"
        " IF TG_OP <> 'DELETE' THEN PERFORM layers_set_commune_core(NEW.code, NEW.geom); END IF;"
        " IF TG_OP <> 'INSERT' THEN PERFORM layers_place_rows(OLD.geom); END IF;"
        " IF TG_OP <> 'DELETE' THEN PERFORM layers_place_rows(NEW.geom); END IF; RETURN NULL;"
    ),
)


class LocatedModel(VersionedModel):
    """A row with a geometry ``geom`` that the concrete model declares, in EPSG:4326 (x = longitude, y = latitude)."""

    id = models.BigAutoField(_("identifiant"), primary_key=True)
    geom_3857 = models.GeneratedField(
        expression=Transform("geom", 3857),
        output_field=GeometryField(srid=3857, spatial_index=False),
        db_persist=True,
        editable=False,
    )
    created_at = models.DateTimeField(_("créé le"), auto_now_add=True, db_default=Now())
    updated_at = models.DateTimeField(_("modifié le"), auto_now=True, db_default=Now())

    class Meta:
        abstract = True
        triggers = [BUMP_VERSION]
        constraints = [models.CheckConstraint(condition=Q(geom__isvalid=True), name="%(class)s_geom_valid")]
        indexes = [
            GistIndex("geom", name="%(class)s_geom"),
            GistIndex("geom_3857", name="%(class)s_geom_3857"),
        ]


class Feature(LocatedModel):
    """A point of a layer. ``commune`` is set by trigger from the boundaries.

    A commune that holds features cannot be deleted: the trigger would place them there again.
    """

    commune = models.ForeignKey(
        "layers.Commune",
        on_delete=models.PROTECT,
        to_field="code",
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("commune"),
        help_text=_("Code INSEE de la commune, calculé d’après les limites communales."),
    )

    class Meta(LocatedModel.Meta):
        abstract = True
        triggers = [BUMP_VERSION, SET_COMMUNE]


class ExtendedFeature(Feature):
    """A line, a surface or several points: a feature of one commune or more (ADR 0056), set by trigger.

    ``communes`` are those that it goes into, the largest share first, which is ``commune``. ``commune_shares`` holds
    the length in metres, the area in square metres or the points of the part in each commune, also in those that it
    barely touches, and under the empty code of the part outside all of them: together they are the whole.
    """

    communes = ArrayField(
        models.CharField(max_length=5), null=True, blank=True, editable=False, verbose_name=_("communes")
    )
    commune_shares = models.JSONField(_("parts dans les communes"), null=True, blank=True, editable=False)

    class Meta(Feature.Meta):
        abstract = True
        triggers = [BUMP_VERSION, SET_COMMUNES]
        indexes = [*Feature.Meta.indexes, GinIndex(fields=["communes"], name="%(class)s_communes")]


class TabularFeature(VersionedModel):
    """A row of a layer without geometry: ``GeometryType.NONE``.

    Its rows are those of the whole territory, unless the model has a ``commune`` (``LayerDefinition.is_placed``).
    """

    id = models.BigAutoField(_("identifiant"), primary_key=True)
    created_at = models.DateTimeField(_("créé le"), auto_now_add=True, db_default=Now())
    updated_at = models.DateTimeField(_("modifié le"), auto_now=True, db_default=Now())

    class Meta(VersionedModel.Meta):
        abstract = True


def photo_path(photo: models.Model, _name: str) -> str:
    """Return where a photo is stored: under a random name, without any part of the uploaded one."""
    return str(PurePosixPath("photos") / photo._meta.label_lower / f"{secrets.token_hex(16)}.jpg")


class FeaturePhoto(VersionedModel):
    """A picture of a feature, 2,048 px at most, and its thumbnail (480 px). Written by ``store_photo``."""

    id = models.BigAutoField(_("identifiant"), primary_key=True)
    image = models.ImageField(_("image"), upload_to=photo_path, width_field="width", height_field="height")
    thumbnail = models.ImageField(_("vignette"), upload_to=photo_path)
    width = models.PositiveIntegerField(_("largeur"), default=0, editable=False)
    height = models.PositiveIntegerField(_("hauteur"), default=0, editable=False)
    legende = models.CharField(_("légende"), max_length=200)
    credit = models.CharField(_("crédit"), max_length=120, blank=True)
    date_prise_vue = models.DateField(_("date de prise de vue"), null=True, blank=True)

    class Meta(VersionedModel.Meta):
        abstract = True

    def __str__(self) -> str:
        return self.legende


class Commune(LocatedModel):
    """A commune and its boundary. ``code`` is the INSEE code: text, since a leading zero counts."""

    code = models.CharField(
        _("code INSEE"),
        max_length=5,
        unique=True,
        validators=[RegexValidator(CODE_INSEE_PATTERN)],
        help_text="92048",
    )
    nom = models.CharField(_("nom"), max_length=80)
    slug = models.SlugField(_("nom de portail"), max_length=60, unique=True)
    siren = models.CharField(_("SIREN"), max_length=9)
    codes_postaux = ArrayField(models.CharField(max_length=5), verbose_name=_("codes postaux"), default=list)
    population = models.PositiveIntegerField(_("population municipale"), null=True, blank=True)
    population_totale = models.PositiveIntegerField(_("population totale"), null=True, blank=True)
    population_annee = models.PositiveSmallIntegerField(_("année de la population"), null=True, blank=True)
    geom = MultiPolygonField(_("limite"), srid=4326, spatial_index=False)

    class Meta(LocatedModel.Meta):
        verbose_name = _("commune")
        verbose_name_plural = _("communes")
        ordering = ["nom"]
        triggers = [BUMP_VERSION, SET_COMMUNE_CORE]
        constraints = [
            *LocatedModel.Meta.constraints,
            models.CheckConstraint(condition=Q(code__regex=CODE_INSEE_PATTERN), name="commune_code_format"),
            models.CheckConstraint(condition=Q(siren__regex=r"^\d{9}$"), name="commune_siren_format"),
        ]

    def __str__(self) -> str:
        return self.nom


Tracked = TypeVar("Tracked", bound=models.Model)
# What the database computes from the rest is not kept, and a new date of modification is not a change.
_COMPUTED = ("geom_3857", "created_at", "updated_at", "communes", "commune_shares")


def keep_history(*computed: str) -> Callable[[type[Tracked]], type[Tracked]]:
    """Record the changes of a model's rows in an event model of its app; ``computed`` names its generated columns.

    Each event holds the row *as it was before* an update or a deletion, and as it was written by an insertion: what a
    row became is in the next event, or in the table itself. Triggers work by statement, plain SQL included: a load of
    a thousand rows is one insertion of events.
    """
    by_statement = pgtrigger.Statement

    def keep(model: type[Tracked]) -> type[Tracked]:
        track = pghistory.track(
            pghistory.InsertEvent(level=by_statement),
            pghistory.UpdateEvent(row=pghistory.Old, level=by_statement),
            pghistory.DeleteEvent(level=by_statement),
            exclude=[*_COMPUTED, *computed],
            obj_field=pghistory.ObjForeignKey(related_name="events"),
        )
        tracked: type[Tracked] = track(model)
        return tracked

    return keep


def events_of(model: type[models.Model]) -> type[Event] | None:
    """Return the model of the events of a table, or None when its history is not recorded.

    A model made at run time has it as ``event_model``.
    """
    own: type[Event] | None = getattr(model, "event_model", None)
    return own or _events_in_apps(model)


@cache
def _events_in_apps(model: type[models.Model]) -> type[Event] | None:
    models_of_apps: Iterable[type[models.Model]] = apps.get_models()
    return next(
        (
            event
            for event in models_of_apps
            if issubclass(event, Event) and getattr(event, "pgh_tracked_model", None) is model
        ),
        None,
    )
