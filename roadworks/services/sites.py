"""Declare a site and change it: the answers of a form become a row, its phases, effects, order and road sections.

The row itself is written by the service of every layer (``layers.services.features``), with its checks, its history and
its moderation; what belongs to it is written in the same transaction. Only the steps after publication write past it:
the machine gives them to the author too.
"""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.gis.geos import MultiLineString
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from layers.access import Scope
from layers.errors import Forbidden, InvalidFeature
from layers.parsing.feature import FeatureInput
from layers.queries import related_rows, unknown_feature
from layers.services.features import (
    Expected,
    create_feature,
    locked_feature,
    update_feature,
    writable_columns,
    writing,
)
from layers.services.moderation import approves
from layers.services.storage import storing
from metadata.attachments.services import PDF, read_document
from moderation.errors import MissingReason
from moderation.services import perform
from roadworks.models import Effect, Order, Phase, RoadWorks
from roadworks.queries import read_site
from roadworks.services.effects import EffectAnswer
from roadworks.services.photos import PhotoAnswer, write_site_photo
from roadworks.services.plans import conflicts_of
from roadworks.services.sections import Placement, place, store_sections
from roadworks.services.situation import update_sites

FOLDER = "arretes"
EXTEND, FINISH, PUBLISH = "extend", "finish", "publish"
_TOKEN_BYTES = 16


@dataclass(frozen=True, slots=True)
class OrderAnswer:
    """An order: its number, who took it, when; ``document`` is an uploaded PDF or None."""

    numero: str
    autorite: str = ""
    date: dt.date | None = None
    est_public: bool = False
    document: Any = None


@dataclass(frozen=True, slots=True)
class SiteAnswers:
    """The answers of a form; ``values`` are fields of the site by name, ``phases`` columns of each phase in order.

    ``drawing`` and ``detour`` are lines in EPSG:4326, as they were drawn.
    """

    values: Mapping[str, Any]
    drawing: MultiLineString
    phases: Sequence[Mapping[str, Any]]
    effects: Sequence[EffectAnswer] = ()
    order: OrderAnswer | None = None
    detour: MultiLineString | None = field(default=None)
    photo: PhotoAnswer | None = None


def save_site(*, scope: Scope, answers: SiteAnswers, pk: int | None = None, expected: Expected = None) -> int:
    """Create a site, or change the one of ``pk``; return its id. All of it is written, or nothing.

    Raises:
        UnknownFeature: no such site for this visitor.
        StaleFeature: it changed since the versions expected.
        Forbidden: outside what the visitor may add or change.
        InvalidFeature: a value that the layer refuses, naming it.
        InvalidImage, StorageFull: as ``write_site_photo``.
    """
    if not answers.phases:
        raise InvalidFeature(_("Donnez au moins une phase, avec ses dates."), parameter="phases")
    placement = place(scope.visitor, answers.drawing)
    draft = FeatureInput(
        values=_values(scope, answers, placement, is_new=pk is None), geometry=placement.geom
    )
    with writing(scope):
        if pk is None:
            pk = create_feature(scope=scope, draft=draft).pk
        else:
            update_feature(scope=scope, pk=pk, draft=draft, expected=expected)
        site = scope.queryset.get(pk=pk)
        site.trace, site.trace_deviation = answers.drawing, answers.detour
        site.save(update_fields=["trace", "trace_deviation"])
        store_sections(site, placement)
        phases = _store_phases(scope, site, answers.phases)
        _store_effects(scope, site, answers.effects, phases)
        if answers.order is not None and reads_orders(scope):
            _store_order(scope, site, answers.order)
        update_sites(instant=timezone.now(), sites=[pk])
        if answers.photo is not None:  # last: its files are written
            write_site_photo(site, answers.photo)
    return pk


def _values(scope: Scope, answers: SiteAnswers, placement: Placement, *, is_new: bool) -> dict[str, Any]:
    """Return the fields of the site that the visitor writes: the answers, and what follows from map and phases."""
    values = {
        **answers.values,
        "voie": ", ".join(placement.streets)[:300] or answers.values.get("voie", ""),
        "date_debut": min(phase["date_debut"] for phase in answers.phases),
        "date_fin": max(phase["date_fin"] for phase in answers.phases),
    }
    if is_new:
        values["identifiant"] = f"CH-{values['date_debut'].year}-{secrets.token_hex(4).upper()}"
    columns = writable_columns(scope)
    return {name: value for name, value in values.items() if name in columns}


def _rows(scope: Scope, name: str, site: RoadWorks) -> Any:
    return related_rows(scope, scope.definition.relation(name), [site.pk])


def _store_phases(scope: Scope, site: RoadWorks, answers: Sequence[Mapping[str, Any]]) -> dict[int, Phase]:
    """Write the phases by their number, so that those that stay are the same rows; return them by number."""
    stored = {phase.numero: phase for phase in _rows(scope, "phases", site)}
    phases = {}
    for number, values in enumerate(answers, 1):
        phase = stored.pop(number, None) or Phase(chantier=site, numero=number)
        before = {name: getattr(phase, name) for name in values}
        for name, value in values.items():
            setattr(phase, name, value)
        if phase.pk is None or before != dict(values):
            phase.full_clean(exclude=["chantier"])
            phase.save()
        phases[number] = phase
    for phase in stored.values():
        phase.delete()
    return phases


def _store_effects(
    scope: Scope, site: RoadWorks, answers: Sequence[EffectAnswer], phases: Mapping[int, Phase]
) -> None:
    """Write the effects; those that are the same stay as they are."""
    expected = {
        (
            phases[it.phase].pk if it.phase is not None and it.phase in phases else None,
            it.mode,
            it.sens,
        ): it.impact
        for it in answers
    }
    for effect in _rows(scope, "effets", site):
        if expected.get((effect.phase_id, effect.mode, effect.sens)) == effect.impact:
            del expected[effect.phase_id, effect.mode, effect.sens]
        else:
            effect.delete()
    for (phase, mode, direction), impact in expected.items():
        Effect(chantier=site, phase_id=phase, mode=mode, sens=direction, impact=impact).save()


def reads_orders(scope: Scope) -> bool:
    """Whether the visitor reads the orders of sites, and so may write them."""
    return any(relation.name == "arretes" for relation in scope.relations)


def _store_order(scope: Scope, site: RoadWorks, answer: OrderAnswer) -> None:
    """Write an order by its number; a document takes the place of the one before, whose file is removed.

    Raises:
        InvalidParameter: the document is no PDF, too large or damaged.
        StorageFull: no room for it.
    """
    order = _rows(scope, "arretes", site).filter(numero=answer.numero).first()
    order = order or Order(chantier=site, numero=answer.numero)
    order.autorite, order.date, order.est_public = answer.autorite, answer.date, answer.est_public
    if answer.document is not None:
        before = order.fichier
        order.fichier = _store_document(answer.document)
        if before:
            transaction.on_commit(lambda: default_storage.delete(before))
    order.full_clean(exclude=["chantier"])
    order.save()


def _store_document(upload: Any) -> str:
    document = read_document(upload, upload.name)
    if document.media_type != PDF:
        raise InvalidFeature(_("Le document de l’arrêté est un fichier PDF."), parameter="document")
    name = f"{FOLDER}/{secrets.token_urlsafe(_TOKEN_BYTES)}.pdf"
    with storing(Path(settings.MEDIA_ROOT), len(document.content)):
        return str(default_storage.save(name, ContentFile(document.content)))


def extend_site(*, scope: Scope, pk: int, last_day: dt.date, reason: str, expected: Expected = None) -> str:
    """Put off the end of a site to a later day, by its author or who approves it; return its new state.

    Raises:
        InvalidFeature: the day does not come after the present end.
        UnknownFeature, StaleFeature, Forbidden, InvalidTransition, MissingReason: as ``moderation.services.perform``.
    """
    with writing(scope):
        site = scope.queryset.filter(pk=pk).first()
        if site is None:
            raise unknown_feature(scope, pk)
        if last_day <= site.date_fin:
            raise InvalidFeature(
                _("La nouvelle fin vient après celle d’aujourd’hui, le %s.")
                % site.date_fin.strftime("%d/%m/%Y"),
                parameter="date_fin",
            )
        state = perform(scope=scope, pk=pk, name=EXTEND, reason=reason, expected=expected)
        last = _rows(scope, "phases", site).order_by("-date_fin", "-numero").first()
        if last is None:
            scope.queryset.filter(pk=pk).update(date_fin=last_day)
        else:
            last.date_fin = last_day
            last.save(update_fields=["date_fin"])
        update_sites(instant=timezone.now(), sites=[pk])
    return state


def follow_steps(*, scope: Scope, steps: Sequence[Any], **_signal: Any) -> None:
    """Date the end of sites that somebody ended, and compute their status again, in the transaction of the steps.

    Raises:
        MissingReason: who publishes a site in conflict with others did not say why.
    """
    if scope.definition.model is not RoadWorks or not steps:
        return
    for step in steps:
        is_unexplained = step.transition == PUBLISH and not step.reason
        if is_unexplained and conflicts_of(scope, read_site(scope, step.moderated.row)):
            raise MissingReason(
                _("D’autres travaux gênent celui-ci : dites pourquoi vous le publiez."), parameter="reason"
            )
    ended = [step.moderated.row for step in steps if step.transition == FINISH]
    for site in scope.queryset.filter(pk__in=ended, fin_reelle=None) if ended else ():
        site.fin_reelle = steps[0].at
        site.save(update_fields=["fin_reelle"])
    update_sites(instant=steps[0].at, sites=[step.moderated.row for step in steps])


def confirm_site(*, scope: Scope, pk: int, name: str) -> None:
    """Say that somebody saw on the spot that a site began (``debut_confirme``) or ended (``fin_confirmee``).

    Raises:
        UnknownFeature: no such site for this visitor.
        Forbidden: neither its author nor who approves it.
        InvalidFeature: it is not in a state to begin or to end.
    """
    with writing(scope):
        site = scope.queryset.select_for_update(of=("self",)).filter(pk=pk).first()
        if site is None:
            raise unknown_feature(scope, pk)
        is_author = scope.visitor.user_id is not None and site.auteur_id == scope.visitor.user_id
        if not scope.visitor.may_write or not (is_author or approves(scope, pk)):
            raise Forbidden(_("L’auteur du chantier, ou qui le valide, confirme sur place."))
        if site.etat not in _ON_THE_ROAD or site.date_debut > timezone.localdate(scope.visitor.instant):
            raise InvalidFeature(_("Ce chantier n’a pas commencé."), parameter=name)
        setattr(site, name, True)
        site.save(update_fields=[name])


_ON_THE_ROAD = ("published", "suspended", "extended", "finished")


def editable_site(scope: Scope, pk: int) -> Any:
    """Return a site that the visitor may change now, with its ``row_version``.

    Raises:
        UnknownFeature: no such site for this visitor.
        Forbidden: it is public and somebody else approves it, or it is outside what the visitor may change.
    """
    with transaction.atomic():
        return locked_feature(scope, pk, None)
