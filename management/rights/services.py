"""Write grants on layers, themes and dashboards, each in a transaction that the journal records.

An administrator gives anything. A manager gives to the groups that they manage, to members of these, and never more
than they hold themselves (ADR 0065).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from copy import copy
from dataclasses import replace
from typing import Any

from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from dashboards import access as dashboard_access
from dashboards.documents import stored_document
from dashboards.filters.conditions import panels_of
from dashboards.models import Dashboard, DashboardGrant
from dashboards.reading.dashboard_page import layers_of, open_page, sensitive_reads
from gisportal.accounts.access import managed_accounts, managed_groups
from layers import access
from layers.errors import Forbidden, InvalidParameter
from layers.models import Grant, Layer, ProtectedField
from layers.services.rights import check_right
from layers.visitor import Visitor

AnyGrant = Grant | DashboardGrant
FLAGS = ("can_download", "can_add", "can_change_own", "can_change", "can_delete", "can_approve")
# To delete goes with a right to change.
_CHANGING = ("can_change_own", "can_change", "can_delete")
# Lengths that a renewal offers.
MONTHS = (1, 3, 6, 12)
# The columns that say what a grant gives: those that a removed one is restored from.
_COLUMNS = ("group_id", "person_id", "valid_from", "valid_until", "reason", "author_id")
_OF_LAYERS = (*_COLUMNS, "layer_id", "theme_id", "rows", "margin_m", "fields", "written_fields", *FLAGS)
_OF_DASHBOARDS = (*_COLUMNS, "dashboard_id")
DASHBOARD, LAYER = "tableau", "couche"


def check_grant(visitor: Visitor, grant: AnyGrant) -> None:
    """Check that a visitor may give a grant, change it or take it away.

    Raises:
        Forbidden: they may not; ``parameter`` names what is refused.
    """
    if not visitor.may_write:
        raise Forbidden(_("Cet accès ne permet que de lire."))
    if visitor.is_administrator:
        return
    if grant.person_id is not None and grant.person_id == visitor.user_id:
        raise Forbidden(_("Personne ne change ses propres droits."), parameter="recipient")
    if not _is_managed(visitor, grant):
        raise Forbidden(
            _("Vous donnez des accès aux groupes que vous gérez, et à leurs membres."), parameter="recipient"
        )
    check_covered(visitor, grant)


def check_covered(visitor: Visitor, grant: AnyGrant) -> None:
    """Check that a visitor holds what a grant gives, whoever it is for.

    Raises:
        Forbidden: it is wider than their own rights; the detail names what is.
    """
    if not visitor.may_write:
        raise Forbidden(_("Cet accès ne permet que de lire."))
    if visitor.is_administrator or _is_covered(visitor, grant):
        return
    wider = ", ".join(_wider_parts(visitor, grant))
    raise Forbidden(_("Cet accès dépasse les vôtres (%s) : on ne donne que ce que l’on a soi-même.") % wider)


def check_sensitive(visitor: Visitor, grant: AnyGrant) -> None:
    """Check that nothing marked as sensitive is given for a time.

    Raises:
        Forbidden: a layer or a field of the grant, or one that its dashboard reads, is sensitive; it is named to a
            visitor who may know of it.
    """
    if grant.valid_until is None:
        return
    if isinstance(grant, DashboardGrant):
        named = _sensitive_parts(visitor, grant.dashboard)
    else:
        layers = Layer.objects.filter(Q(pk=grant.layer_id) | Q(theme__isnull=False, theme=grant.theme_id))
        named = [layer.title for layer in layers if layer.is_sensitive]
        named += [
            f"{layer.title} / {name}"
            for layer in layers
            for name in layer.sensitive_fields
            if name in grant.fields
        ]
    if named:
        raise Forbidden(
            _("Ce qui est sensible ne se donne pas pour un temps : %s.") % ", ".join(sorted(named)),
            parameter="valid_until",
        )


def _sensitive_parts(visitor: Visitor, dashboard: Dashboard) -> list[str]:
    """Name the sensitive layers and fields that a dashboard reads.

    A panel that the visitor does not read, of a layer that is sensitive or has a sensitive field, counts unnamed.
    """
    page = open_page(visitor, dashboard.slug, {})
    layers = [scope.layer for scope in page.scopes.values()]
    layers += [raster.layer for raster in page.rasters.values()]
    named = {layer.title for layer in layers if layer.is_sensitive} | set(sensitive_reads(page))
    readable = {panel.id for panel in page.panels}
    others = [panel for panel in panels_of(stored_document(dashboard)) if panel.id not in readable]
    unread = Layer.objects.filter(slug__in={slug for panel in others for slug in layers_of(panel)})
    if unread.filter(Q(is_sensitive=True) | ~Q(sensitive_fields=[])).exists():
        named.add(_("ce que vous ne lisez pas de ce tableau de bord"))
    return sorted(named)


def save_grant(visitor: Visitor, grant: AnyGrant) -> None:
    """Write a new grant, which its author signs, or the changes of one.

    Raises:
        Forbidden: it is not the visitor's to give, as it was or as it becomes, or gives what is sensitive for a time.
        InvalidParameter: a constraint of the database refuses it, or its recipient or subject is gone; the detail
            says why.
    """
    with transaction.atomic():
        _lock_ends(grant)
        if grant._state.adding:
            grant.author_id = visitor.user_id
        else:
            check_grant(visitor, locked_grant(grant))
        check_grant(visitor, grant)
        check_sensitive(visitor, grant)
        try:
            grant.full_clean(validate_unique=False)
        except ValidationError as error:
            raise InvalidParameter(" ".join(error.messages), parameter="grant") from None
        grant.save()


def end_grant(visitor: Visitor, grant: AnyGrant) -> None:
    """End a grant now; one that has not begun is removed, since it never gave anything.

    Raises:
        Forbidden: it is not the visitor's to take away.
    """
    now = timezone.now()
    if grant.valid_from is not None and grant.valid_from >= now:
        remove_grant(visitor, grant)
        return
    with transaction.atomic():
        current = locked_grant(grant)
        check_grant(visitor, current)
        current.valid_until = now
        current.save()


def renew_grant(visitor: Visitor, grant: AnyGrant, *, months: int | None) -> dt.datetime:
    """Let a grant last some months more, from its end or from today where it has ended; return its new end.

    Without months it lasts as many days more as it was given for, at least one.

    Raises:
        Forbidden: it is not the visitor's to give, or gives what is sensitive for a time.
    """
    with transaction.atomic():
        current = locked_grant(grant)
        start = max(current.valid_until or timezone.now(), timezone.now())
        begun = timezone.localtime(start)
        end = months_later(begun, months) if months is not None else _same_length_later(current, begun)
        current.valid_until = end
        check_grant(visitor, current)
        check_sensitive(visitor, current)
        current.save()
    return end


def _same_length_later(grant: AnyGrant, start: dt.datetime) -> dt.datetime:
    """Return the midnight, in the portal's time zone, at the end of another period as long as that of a grant."""
    began, ended = grant.valid_from or grant.created_at or start, grant.valid_until or start
    days = max(round((ended - began) / dt.timedelta(days=1)), 1)
    return timezone.make_aware(
        dt.datetime.combine(timezone.localdate(start) + dt.timedelta(days=days), dt.time())
    )


def months_later(start: dt.datetime, months: int) -> dt.datetime:
    """Return the midnight, in the portal's time zone, that many months after an instant; a month's end stays one."""
    index = start.month - 1 + months
    year, month = start.year + index // 12, index % 12 + 1
    following = dt.date(year + month // 12, month % 12 + 1, 1)
    last = (following - dt.timedelta(days=1)).day
    return timezone.make_aware(dt.datetime(year, month, min(start.day, last)))


def remove_grant(visitor: Visitor, grant: AnyGrant) -> dict[str, Any]:
    """Remove a grant, and return what ``restore_grant`` needs to write it again: plain values.

    Raises:
        Forbidden: it is not the visitor's to take away.
    """
    with transaction.atomic():
        current = locked_grant(grant)
        check_grant(visitor, current)
        values = {name: getattr(current, name) for name in columns_of(current)}
        current.delete()
    plain = {
        name: each.isoformat() if isinstance(each, dt.datetime) else each for name, each in values.items()
    }
    return {"kind": kind_of(grant), **plain}


def hand_over(visitor: Visitor, grants: Sequence[AnyGrant], *, person_id: int) -> None:
    """Give the personal grants of somebody to another person, with the same rows and ends, and take them away.

    Raises:
        Forbidden: one is not the visitor's to give or to take away; nothing is handed over then.
        InvalidParameter: a constraint of the database refuses one; the detail says why.
    """
    with transaction.atomic():
        for grant in grants:
            current = locked_grant(grant)
            check_grant(visitor, current)
            values = {name: getattr(current, name) for name in columns_of(current)}
            save_grant(visitor, type(current)(**{**values, "person_id": person_id}))
            current.delete()


def restore_grant(visitor: Visitor, values: dict[str, Any]) -> AnyGrant:
    """Write a removed grant again.

    Raises:
        Forbidden: it is not the visitor's to give.
        InvalidParameter: its subject or its recipient is gone.
    """
    model: type[Any] = DashboardGrant if values["kind"] == DASHBOARD else Grant
    columns = current_columns({name: each for name, each in values.items() if name != "kind"})
    for name in ("valid_from", "valid_until"):
        columns[name] = dt.datetime.fromisoformat(columns[name]) if columns[name] else None
    grant: AnyGrant = model(**columns)
    with transaction.atomic():
        _lock_ends(grant)
        try:
            grant.full_clean(validate_unique=False)
        except ValidationError:
            raise InvalidParameter(_("Ce droit ne peut plus être rétabli."), parameter="grant") from None
        check_grant(visitor, grant)
        grant.save()
    return grant


def protect_field(visitor: Visitor, layer: Layer, name: str, groups: Sequence[Group]) -> None:
    """Let only these groups read a field or a relation of a layer, and who has a grant that opens it.

    Raises:
        Forbidden: it is not the visitor's to decide.
    """
    with transaction.atomic():
        before = ProtectedField.objects.select_for_update().filter(layer=layer, name=name).first()
        check_right(visitor, before, before or ProtectedField(layer=layer, name=name), groups)
        entry = before or ProtectedField.objects.create(layer=layer, name=name)
        entry.groups.set(groups)


def unprotect_field(visitor: Visitor, layer: Layer, name: str) -> None:
    """Open a field or a relation to all who read the layer; one that code protects stays reserved to nobody.

    Raises:
        Forbidden: it is not the visitor's to decide.
    """
    with transaction.atomic():
        entry = ProtectedField.objects.select_for_update().filter(layer=layer, name=name).first()
        if entry is not None:
            check_right(visitor, entry, None, ())
            entry.delete()


def columns_of(grant: AnyGrant) -> tuple[str, ...]:
    """Return the names of the columns that say what a grant gives."""
    return _OF_DASHBOARDS if isinstance(grant, DashboardGrant) else _OF_LAYERS


def current_columns(columns: Mapping[str, Any]) -> dict[str, Any]:
    """Return stored columns of a grant by their names of today.

    To add, to change and to delete were one right, ``can_edit``; then to change and to delete, ``can_change``: entries
    of the journal that have the latter without ``can_delete`` are of then.
    """
    named = dict(columns)
    if "can_edit" in named:
        named |= dict.fromkeys(("can_add", "can_change"), named.pop("can_edit"))
    if "can_change" in named:
        named.setdefault("can_delete", named["can_change"])
    return named


def kind_of(grant: AnyGrant) -> str:
    """Return the word of addresses for the table of a grant."""
    return DASHBOARD if isinstance(grant, DashboardGrant) else LAYER


def locked_grant(grant: AnyGrant) -> Any:
    """Return a grant as the database has it, locked for the transaction.

    Raises:
        Forbidden: somebody removed it meanwhile.
    """
    is_of_dashboard = isinstance(grant, DashboardGrant)
    rows: QuerySet[Any] = DashboardGrant.objects.all() if is_of_dashboard else Grant.objects.all()
    current = rows.select_for_update(of=("self",)).filter(pk=grant.pk).first()
    if current is None:
        raise Forbidden(_("Ce droit vient d’être retiré par quelqu’un d’autre."))
    return current


def _lock_ends(grant: AnyGrant) -> None:
    """Lock who receives a grant and what it opens, before the grant itself: none is deleted while it is written.

    Raises:
        InvalidParameter: one of them is gone.
    """
    names = (
        "group",
        "person",
        *(("dashboard",) if isinstance(grant, DashboardGrant) else ("layer", "theme")),
    )
    for name in names:
        pk = getattr(grant, f"{name}_id")
        model: Any = grant._meta.get_field(name).related_model
        if pk is not None and not model.objects.select_for_update(no_key=True).filter(pk=pk):
            raise InvalidParameter(
                _("Le groupe, la personne ou ce qui s’ouvre vient d’être supprimé : rien n’a été écrit."),
                parameter="recipient" if name in ("group", "person") else "grant",
            )


def _is_managed(visitor: Visitor, grant: AnyGrant) -> bool:
    if grant.group_id is not None:
        return managed_groups(visitor).filter(pk=grant.group_id).exists()
    return managed_accounts(visitor).filter(pk=grant.person_id or 0).exists()


def _wider_parts(visitor: Visitor, grant: AnyGrant) -> list[str]:
    """Name what a grant gives beyond the rights of a visitor."""
    if isinstance(grant, DashboardGrant):
        return [_("le tableau de bord ou sa durée")]
    narrow = copy(grant)
    for flag in FLAGS:
        setattr(narrow, flag, False)
    narrow.fields, narrow.valid_until = [], visitor.instant + dt.timedelta(microseconds=1)
    parts = {
        "can_download": _("le téléchargement"),
        "can_add": _("l’ajout"),
        "can_change_own": _("la modification de ses propres lignes"),
        "can_change": _("la modification"),
        "can_delete": _("la suppression"),
        "can_approve": _("l’approbation"),
        "fields": _("les champs réservés"),
        "valid_until": _("la durée"),
    }
    if not _is_covered(visitor, narrow):
        return [_("les lignes")]
    wider = []
    for name, words in parts.items():
        widened = copy(narrow)
        for column in _CHANGING if name == "can_delete" else (name,):
            setattr(widened, column, getattr(grant, column))
        if not _is_covered(visitor, widened):
            wider.append(words)
    return wider


def _is_covered(visitor: Visitor, grant: AnyGrant) -> bool:
    """Whether the visitor holds what a grant gives, for as long."""
    if isinstance(grant, DashboardGrant):
        end = grant.valid_until or dt.datetime.max.replace(tzinfo=dt.UTC)
        moments = (visitor, replace(visitor, instant=end - dt.timedelta(microseconds=1)))
        return all(
            dashboard_access.published(each).filter(pk=grant.dashboard_id).exists() for each in moments
        )
    layers = [grant.layer] if grant.layer else list(Layer.objects.filter(theme=grant.theme_id))
    return access.delegation(visitor, layers).covers(grant)
