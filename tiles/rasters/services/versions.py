"""Rasters and their versions: one is made, changed, a file becomes a version, a version goes online or comes back."""

from __future__ import annotations

import logging
import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth.models import Group
from django.db import IntegrityError, transaction
from django.db.models import Max
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from layers import access, registry
from layers.access import RasterScope
from layers.digests import stable_digest
from layers.errors import Forbidden, InvalidParameter
from layers.models import Grant, Layer, Raster, RasterVersion, Theme
from layers.parsing.raster_styles import default_style, parse_style
from layers.visitor import Visitor
from layers.vocabulary import Frequency, LayerState, Licence, RasterKind, Visibility
from publication.layers import set_layer_state
from publication.models import PublicationPolicy, Submission
from publication.services import publish_directly
from publication.vocabulary import SubjectKind
from tiles.rasters.services.commune_statistics import keep_statistics

logger = logging.getLogger(__name__)

CREATION = "layers.add_raster"
_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


@dataclass(frozen=True, slots=True)
class RasterIdentity:
    """The title, kind and unit of a new raster; ``producer`` is the group that feeds it."""

    slug: str
    title: str
    theme: Theme
    kind: str = RasterKind.MEASURE
    unit: str = ""
    decimals: int = 0
    is_additive: bool = False
    abstract: str = ""
    source: str = ""
    visibility: str = Visibility.INTERNAL
    producer: Group | None = None
    licence: str = Licence.ETALAB_2
    frequency: str = Frequency.UNKNOWN
    keywords: tuple[str, ...] = ()
    is_sample: bool = False


def may_create(visitor: Visitor) -> bool:
    """Whether a visitor may make a raster here and now."""
    return access.has_permission(visitor, CREATION) and not access.obstacle(visitor)


@transaction.atomic
def create_raster(*, identity: RasterIdentity, visitor: Visitor) -> Raster:
    """Make a raster and its catalogue row. Nobody sees it before a version is online.

    The group named as producer may feed it and put it online.

    Raises:
        Forbidden: the person may not make rasters, or name this producer.
        InvalidParameter: the identifier is malformed, or taken by a layer; ``parameter`` is ``slug``.
    """
    check_identity(identity, visitor)
    try:
        with transaction.atomic():
            layer = Layer.objects.create(
                slug=identity.slug,
                title=identity.title[:120],
                theme=identity.theme,
                abstract=identity.abstract,
                source=identity.source,
                visibility=identity.visibility,
                producer=identity.producer,
                licence=identity.licence,
                frequency=identity.frequency,
                keywords=list(identity.keywords),
                is_sample=identity.is_sample,
            )
    except IntegrityError:
        raise _slug_in_use(identity.slug) from None
    if identity.producer is not None and not access.rights(visitor, layer).edits_every_row:
        Grant.objects.create(
            group=identity.producer,
            layer=layer,
            can_add=True,
            can_change=True,
            can_delete=True,
            can_approve=True,
        )
    return Raster.objects.create(
        layer=layer,
        kind=identity.kind,
        unit=identity.unit,
        decimals=identity.decimals,
        is_additive=identity.is_additive,
    )


def check_identity(identity: RasterIdentity, visitor: Visitor) -> None:
    """Check the right to make such a raster, and its identifier.

    Raises:
        Forbidden, InvalidParameter: as ``create_raster``.
    """
    if not may_create(visitor):
        raise Forbidden(access.obstacle(visitor) or _("Vous n’avez pas le droit de créer un raster."))
    producer = identity.producer
    if producer is not None and producer not in access.producer_groups(visitor):
        raise Forbidden(_("Un raster se confie à l’un de vos groupes."))
    _check_slug(identity.slug)
    if Layer.objects.filter(slug=identity.slug).exists():
        raise _slug_in_use(identity.slug)


def _check_slug(slug: str) -> None:
    if len(slug) > 63 or not _SLUG.fullmatch(slug):
        raise InvalidParameter(
            _("« %s » : un identifiant s’écrit en minuscules sans accent, chiffres et traits d’union.")
            % slug[:63],
            parameter="slug",
        )
    if any(provider.get(slug) for provider in registry.providers()):
        raise _slug_in_use(slug)


def _slug_in_use(slug: str) -> InvalidParameter:
    return InvalidParameter(
        _("Une couche s’appelle déjà « %s » : choisissez un autre identifiant.") % slug, parameter="slug"
    )


def check_load(visitor: Visitor, layer: Layer) -> None:
    """Require the right to deliver a version of a raster.

    Raises:
        Forbidden: they may not.
    """
    rights = access.rights(visitor, layer)
    if not rights.can_load:
        raise Forbidden(
            rights.obstacle or _("Vous n’avez pas le droit de déposer des données dans « %s ».") % layer
        )


def check_publish(visitor: Visitor, layer: Layer) -> None:
    """Require the right to choose the version online.

    Raises:
        Forbidden: they may not.
    """
    rights = access.rights(visitor, layer)
    if not rights.can_publish:
        raise Forbidden(rights.obstacle or _("Vous n’avez pas le droit de publier « %s ».") % layer)


def add_version(
    *, raster: Raster, file: Path, facts: Mapping[str, Any], original_name: str, sha256: str, visitor: Visitor
) -> RasterVersion:
    """Store a converted file, already in the folder of rasters, as the next version, not online yet.

    Its statistics by commune are computed now, by the import, and not by the first request for them.

    Raises:
        Forbidden: the person may not deliver it.
    """
    check_load(visitor, raster.layer)
    os.chmod(file, 0o600)
    with transaction.atomic():
        Raster.objects.select_for_update().get(pk=raster.pk)  # one number each
        last = RasterVersion.objects.filter(raster=raster).aggregate(last=Max("number"))["last"] or 0
        version = RasterVersion.objects.create(
            raster=raster,
            number=last + 1,
            path=file.name,
            original_name=original_name[-255:],
            sha256=sha256,
            created_by_id=visitor.user_id,
            **facts,
        )
    keep_statistics(version)
    return version


@dataclass(frozen=True)
class RasterVersionSubject:
    """A version of a raster as something that is brought to approval; withdrawing it withdraws its layer."""

    raster_version: RasterVersion
    kind: SubjectKind = SubjectKind.RASTER
    dashboard: Any = field(default=None)
    policy: PublicationPolicy | None = field(default=None)

    @property
    def layer(self) -> Layer:
        """The layer of its raster."""
        return self.raster_version.raster.layer

    @property
    def version(self) -> int:
        """Its number."""
        return self.raster_version.number

    @property
    def author_id(self) -> int | None:
        """The account that delivered its file."""
        return self.raster_version.created_by_id

    @property
    def title(self) -> str:
        """The title of its layer, and its number."""
        return _("%(title)s, version %(number)d") % {"title": self.layer.title, "number": self.version}

    @property
    def address(self) -> str:
        """The path of the page of its raster."""
        return reverse("raster-pages:raster", args=[self.layer.slug])

    def content_hash(self) -> str:
        """Return the digest of its file, its grid and its bands."""
        row = self.raster_version
        return stable_digest(row.sha256, row.srid, list(row.transform), row.width, row.height, row.bands)

    def obstacle(self) -> str:
        """Return why it cannot go online: it is there already, or its file is gone."""
        row = self.raster_version
        if row.raster.online_id == row.pk and self.layer.state == LayerState.PUBLISHED:
            return _("« %s » est déjà en ligne.") % self.title
        return "" if row.location.exists() else _("Le fichier de cette version n’est plus gardé.")

    def may_submit(self, visitor: Visitor) -> bool:
        """Whether a visitor delivers versions of the raster."""
        return access.rights(visitor, self.layer).can_load

    def may_approve(self, visitor: Visitor) -> bool:
        """Whether a visitor chooses the version online."""
        return access.rights(visitor, self.layer).can_publish

    def publish(self, visitor: Visitor) -> None:
        """Put it online, and its layer where that was withdrawn."""
        _switch_online(version=self.raster_version, visitor=visitor)
        set_layer_state(self.layer, LayerState.PUBLISHED)

    def withdraw(self, visitor: Visitor) -> None:
        """Withdraw its layer."""
        check_publish(visitor, self.layer)
        set_layer_state(self.layer, LayerState.ARCHIVED)


def find_raster_version(submission: Submission) -> RasterVersionSubject | None:
    """Return the version of a submission."""
    versions = RasterVersion.objects.select_related("raster__layer", "raster__online")
    version = versions.filter(raster__layer=submission.layer_id, number=submission.version).first()
    return RasterVersionSubject(version) if version else None


def publish_version(*, version: RasterVersion, visitor: Visitor) -> None:
    """Put a version online, the last one or an earlier one; remove the oldest of the others.

    Raises:
        Forbidden: the person may not decide it, or delivered it and the rules ask for somebody else.
        InvalidParameter: its file is not kept any more.
    """
    publish_directly(subject=RasterVersionSubject(version), visitor=visitor)


@transaction.atomic
def _switch_online(*, version: RasterVersion, visitor: Visitor) -> None:
    raster = Raster.objects.select_for_update(of=("self",)).select_related("layer").get(pk=version.raster_id)
    check_publish(visitor, raster.layer)
    stored = RasterVersion.objects.filter(pk=version.pk).first()
    if stored is None or not stored.location.exists():
        raise InvalidParameter(_("Le fichier de cette version n’est plus gardé."), parameter="version")
    RasterVersion.objects.filter(pk=version.pk).update(published_at=timezone.now())
    raster.online = stored
    raster.save(update_fields=["online"])
    raster.layer.save(update_fields=["updated_at"])  # the catalogue page changed too
    _thin(raster, stored)


def _thin(raster: Raster, online: RasterVersion) -> None:
    """Remove the versions before the last ones; their files go with the transaction."""
    other_versions = RasterVersion.objects.filter(raster=raster).exclude(pk=online.pk).order_by("-number")
    gone = list(other_versions[settings.RASTER_KEPT_VERSIONS :])
    RasterVersion.objects.filter(pk__in=[version.pk for version in gone]).delete()
    _remove_files([version.location for version in gone])


@transaction.atomic
def remove_version(*, version: RasterVersion) -> None:
    """Remove a version that is not online; its file goes with the transaction."""
    version.delete()
    _remove_files([version.location])


def remove_raster(*, raster: Raster, visitor: Visitor) -> None:
    """Remove a raster: its versions, their files, its catalogue row and rights.

    Raises:
        Forbidden: the person may not decide what is online.
    """
    check_publish(visitor, raster.layer)
    with transaction.atomic():
        versions = list(RasterVersion.objects.filter(raster=raster))
        Raster.objects.filter(pk=raster.pk).update(online=None)
        raster.layer.delete()
        _remove_files([version.location for version in versions])


def _remove_files(paths: list[Path]) -> None:
    """Remove files once the transaction is committed; a reader that has one open goes on reading it."""

    def remove() -> None:
        for path in paths:
            path.unlink(missing_ok=True)

    transaction.on_commit(remove)


@transaction.atomic
def change_raster(
    *, scope: RasterScope, values: Mapping[str, Any], classes: Sequence[Mapping[str, Any]], visitor: Visitor
) -> None:
    """Write title, texts, unit and style; ``values`` holds the answers of ``RasterStyleForm``.

    Raises:
        Forbidden: the person may not decide what is online.
        InvalidParameter: classes that overlap, or that are neither a value nor a range.
    """
    layer, raster = scope.layer, scope.raster
    check_publish(visitor, layer)
    style: dict[str, Any] = {name: layer.style[name] for name in ("bands",) if name in layer.style}
    style |= {"resampling": values["resampling"], "opacity": values["opacity"] / 100}
    if not scope.style.is_picture:
        style["colormap"] = values["colormap"] + ("_r" if values["is_reversed"] else "")
    if values["low"] is not None:
        style["rescale"] = [values["low"], values["high"]]
    if classes:
        style["classes"] = list(classes)
    try:
        parse_style(
            style, default=default_style(raster.kind, scope.online.bands), bands=len(scope.online.bands)
        )
    except ValueError:
        raise InvalidParameter(
            _(
                "Chaque classe a un nom, et soit une valeur, soit deux bornes ; deux classes ne se recouvrent pas."
            ),
            parameter="classes",
        ) from None
    for name in ("title", "abstract", "source"):
        setattr(layer, name, values[name])
    layer.style = style
    layer.save()
    raster.unit, raster.decimals = values["unit"], values["decimals"]
    raster.save(update_fields=["unit", "decimals"])
