"""Declare a site and change it: the answers of a form become a row, its phases, effects, order and road sections.

The row itself is written by the service of every layer (``layers.services.features``), with its checks, its history and
its moderation; what belongs to it is written in the same transaction. Only the steps after publication write past it:
the machine gives them to the author too.
"""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from layers.access import Scope
from layers.errors import Forbidden, InvalidFeature
from layers.parsing.feature import FeatureInput
from layers.queries import unknown_feature
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
from moderation.models import RowStep
from moderation.services import checked_reason, followed_row, perform, record_step, rows_moderated
from roadworks.models import Order, RoadWorks
from roadworks.queries import read_site
from roadworks.services.answers import OrderAnswer, SiteAnswers
from roadworks.services.conflicts import Conflict
from roadworks.services.photos import write_site_photo
from roadworks.services.plans import conflicts_of
from roadworks.services.proposals import related_changes
from roadworks.services.records import rows_of, store_effects, store_phases
from roadworks.services.sections import Placement, place, store_sections
from roadworks.services.situation import update_sites

FOLDER = "arretes"
EXTEND, FINISH, PUBLISH = "extend", "finish", "publish"
PUBLIC_AT_ONCE = ("published", "extended")
_TOKEN_BYTES = 16


@dataclass(frozen=True, slots=True)
class SavedSite:
    """A site that was saved; ``is_proposed``: it is public and stays as it is until somebody accepts the change."""

    pk: int
    is_proposed: bool = False


def save_site(
    *, scope: Scope, answers: SiteAnswers, pk: int | None = None, expected: Expected = None
) -> SavedSite:
    """Create a site, or change the one of ``pk``, or propose its change. All of it is written, or nothing.

    Raises:
        UnknownFeature: no such site for this visitor.
        StaleFeature: it changed since the versions expected.
        Forbidden: outside what the visitor may add or change.
        InvalidFeature: a value that the layer refuses, naming it.
        InvalidImage, StorageFull: as ``write_site_photo``.
        MissingReason: it is public at once, hampers others, and nobody says why.
    """
    if not answers.phases:
        raise InvalidFeature(_("Donnez au moins une phase, avec ses dates."), parameter="phases")
    placement = place(scope.visitor, answers.drawing)
    draft = FeatureInput(
        values=_values(scope, answers, placement, is_new=pk is None), geometry=placement.geom
    )
    with writing(scope):
        before: set[tuple[Any, Any]] = set()
        if pk is None:
            pk = create_feature(scope=scope, draft=draft).pk
        else:
            before = _known_conflicts(scope, pk)
            related = related_changes(scope, read_site(scope, pk), answers)
            written = update_feature(scope=scope, pk=pk, draft=draft, expected=expected, related=related)
            if written.is_proposed:
                return SavedSite(pk, is_proposed=True)
        site = scope.queryset.get(pk=pk)
        site.trace, site.trace_deviation = answers.drawing, answers.detour
        site.save(update_fields=["trace", "trace_deviation"])
        store_sections(site, placement)
        phases = store_phases(scope, site, answers.phases)
        store_effects(scope, site, answers.effects, phases)
        if answers.order is not None and reads_orders(scope):
            _store_order(scope, site, answers.order)
        update_sites(instant=timezone.now(), sites=[pk])
        _explain_conflicts(scope, pk, before, answers.reason)
        if answers.photo is not None:  # last: its files are written
            write_site_photo(site, answers.photo)
    return SavedSite(pk)


def _known_conflicts(scope: Scope, pk: int) -> set[tuple[Any, Any]]:
    """Return the conflicts of a public site that its approver changes, as values that are compared."""
    site = scope.queryset.filter(pk=pk).first()
    if site is None or site.etat not in PUBLIC_AT_ONCE or not approves(scope, pk):
        return set()
    return _compared(conflicts_of(scope, read_site(scope, pk)))


def _compared(conflicts: Sequence[Conflict]) -> set[tuple[Any, Any]]:
    return {(each.kind, each.site.pk if isinstance(each.site, RoadWorks) else None) for each in conflicts}


def _explain_conflicts(scope: Scope, pk: int, before: set[tuple[Any, Any]], reason: str) -> None:
    """Write why a site is public although it hampers others, as a step of it, where its author approves it.

    Raises:
        MissingReason: it hampers others than before, and there is no reason.
    """
    site = scope.queryset.get(pk=pk)
    if site.etat not in PUBLIC_AT_ONCE or not approves(scope, pk):
        return
    if not _compared(conflicts_of(scope, read_site(scope, pk))) - before:
        return
    why = checked_reason(reason)
    if not why:
        raise MissingReason(
            _("D’autres travaux gênent celui-ci : dites pourquoi vous le publiez."), parameter="motif"
        )
    step = record_step(scope, followed_row(scope, site), PUBLISH, site.etat, site.etat, why)
    rows_moderated.send(sender=RowStep, scope=scope, steps=[step])


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


def reads_orders(scope: Scope) -> bool:
    """Whether the visitor reads the orders of sites, and so may write them."""
    return any(relation.name == "arretes" for relation in scope.relations)


def _store_order(scope: Scope, site: RoadWorks, answer: OrderAnswer) -> None:
    """Write an order by its number; a document takes the place of the one before, whose file is removed.

    Raises:
        InvalidParameter: the document is no PDF, too large or damaged.
        StorageFull: no room for it.
    """
    order = rows_of(scope, "arretes", site).filter(numero=answer.numero).first()
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
        last = rows_of(scope, "phases", site).order_by("-date_fin", "-numero").first()
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
    """Return a site that the visitor may change now, or propose a change of, with its ``row_version``.

    Raises:
        UnknownFeature: no such site for this visitor.
        Forbidden: it is over, or outside what the visitor may change.
    """
    with transaction.atomic():
        return locked_feature(scope, pk, None, may_propose=True)
