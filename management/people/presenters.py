"""People and groups in words: where an account stands, how it signs in, what a group gives."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.models import Group
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from gisportal.accounts.models import User
from gisportal.accounts.people.changes import AccountChange, display_name, end_of_text, group_names
from gisportal.accounts.people.queries import (
    ENDING_DAYS,
    ENDS,
    FACTORS,
    SIGN_INS,
    GroupCount,
    PeopleFilters,
    organisations,
    state_counts,
)
from gisportal.accounts.services import AccountState, state_of
from gisportal.accounts.vocabulary import AccountKind
from interface.wording import day, days_away, end_of_day, instant, last_day
from layers import access
from layers.definitions import Text
from layers.models import ProtectedField
from layers.visitor import Visitor
from management.rights.presenters import GrantLine
from management.rights.queries import dashboard_grants, grant_lines, layer_grants
from management.rights.services import AnyGrant

_STATES = {
    AccountState.CLOSED: (gettext_lazy("désactivé"), "", "ban"),
    AccountState.ENDED: (gettext_lazy("terminé"), "", "timer-off"),
    AccountState.ACTIVE: (gettext_lazy("actif"), "open", "check"),
    AccountState.NEVER_USED: (gettext_lazy("jamais venu"), "", "circle-alert"),
    AccountState.INVITED: (gettext_lazy("invité"), "internal", "mail"),
    AccountState.EXPIRED: (gettext_lazy("invitation expirée"), "warn", "mail"),
    AccountState.NOT_INVITED: (gettext_lazy("à inviter"), "warn", "mail"),
}
_STATE_FILTERS = {
    "": gettext_lazy("Tous"),
    "finissent": gettext_lazy("Finissent"),
    "invites": gettext_lazy("Invités"),
    "endormis": gettext_lazy("Endormis"),
    "desactives": gettext_lazy("Désactivés"),
}
_SIGN_INS = {
    "semaine": gettext_lazy("depuis une semaine"),
    "mois": gettext_lazy("depuis un mois"),
    "trimestre": gettext_lazy("depuis trois mois"),
    "avant": gettext_lazy("il y a plus de trois mois"),
    "jamais": gettext_lazy("jamais"),
}
_FACTORS = {
    "aucun": gettext_lazy("aucun"),
    "application": gettext_lazy("application"),
    "cle": gettext_lazy("clé d’accès"),
    "fournisseur": gettext_lazy("annuaire"),
}
_ENDS = {
    "semaine": gettext_lazy("d’ici une semaine"),
    "mois": gettext_lazy("d’ici un mois"),
    "trimestre": gettext_lazy("d’ici trois mois"),
    "passee": gettext_lazy("déjà terminé"),
    "sans": gettext_lazy("sans fin"),
}
assert set(_SIGN_INS) == set(SIGN_INS) and set(_FACTORS) == set(FACTORS) and set(_ENDS) == set(ENDS)
FIELD_TITLES: dict[str, Text] = {
    "email": gettext_lazy("adresse"),
    "first_name": gettext_lazy("prénom"),
    "last_name": gettext_lazy("nom"),
    "kind": gettext_lazy("type"),
    "organisation": gettext_lazy("organisme"),
    "is_active": gettext_lazy("actif"),
    "ends_at": gettext_lazy("se termine"),
}


@dataclass(frozen=True, slots=True)
class Badge:
    """A word with its colour and picture."""

    text: str
    tint: str
    icon: str


def badge_of(user: User, *, now: dt.datetime) -> Badge:
    """Return where an account stands: its state, or the end of a right when one comes within two months."""
    end = getattr(user, "next_end", None)
    if user.is_active and end is not None and now < end < now + dt.timedelta(days=ENDING_DAYS):
        words = days_away((end - now).days) if end - now >= dt.timedelta(days=1) else _("aujourd’hui")
        return Badge(_("finit %s") % words, "warn", "timer-off")
    text, tint, icon = _STATES[state_of(user, at=now)]
    return Badge(str(text), tint, icon)


def factors_of(user: Any) -> str:
    """Return the second factors of an account of the list in words; « aucun » without any."""
    names = {"application": user.has_app, "cle": user.has_key, "fournisseur": user.has_provider}
    return ", ".join(str(_FACTORS[name]) for name, has in names.items() if has) or str(_FACTORS["aucun"])


@dataclass(frozen=True, slots=True)
class PersonRow:
    """A row of the list."""

    user: User
    name: str
    groups: str
    badge: Badge
    factors: str
    has_factor: bool
    end: str


def person_row(user: Any, *, now: dt.datetime) -> PersonRow:
    """Return the row of an account selected by ``people``."""
    return PersonRow(
        user=user,
        name=display_name(user),
        groups=", ".join(sorted(group.name for group in user.groups.all())),
        badge=badge_of(user, now=now),
        factors=factors_of(user),
        has_factor=user.has_app or user.has_key or user.has_provider,
        end=end_words(user.ends_at),
    )


def end_words(ends_at: dt.datetime | None) -> str:
    """Return the end of an account in words: its last day when it ends at a midnight, else the instant."""
    if ends_at is None:
        return ""
    closed = last_day(ends_at)
    return day(closed) if end_of_day(closed) == ends_at else instant(ends_at)


@dataclass(frozen=True, slots=True)
class Choice:
    """A choice of a menu, or a link that narrows the list."""

    value: str
    label: Text
    is_chosen: bool
    count: int | None = None
    address: str = ""


_NAMES = {
    "text": "q",
    "group": "groupe",
    "kind": "type",
    "organisation": "organisme",
    "state": "etat",
    "sign_in": "venue",
    "factor": "facteur",
    "end": "fin",
}


def query_of(filters: PeopleFilters) -> str:
    """Return the query string of filters; empty without any."""
    pairs = {_NAMES[name]: getattr(filters, name) for name in _NAMES}
    return urlencode({name: value for name, value in pairs.items() if value not in ("", None)})


def address_of(filters: PeopleFilters) -> str:
    """Return the address of the list narrowed to filters."""
    query = query_of(filters)
    return reverse("management:people") + (f"?{query}" if query else "")


def state_choices(visitor: Visitor, filters: PeopleFilters) -> list[Choice]:
    """Return the links to the states of accounts, with how many there are of each."""
    counts = state_counts(visitor)
    return [
        Choice(
            name,
            label,
            name == filters.state,
            counts[name or "tous"],
            address_of(replace(filters, state=name)),
        )
        for name, label in _STATE_FILTERS.items()
    ]


def group_choices(counts: Iterable[GroupCount], filters: PeopleFilters) -> list[Choice]:
    """Return the links that narrow the list to a group."""
    return [
        Choice(
            str(row.pk),
            row.name,
            row.pk == filters.group,
            row.members,
            address_of(replace(filters, group=row.pk)),
        )
        for row in counts
    ]


def menus(visitor: Visitor, filters: PeopleFilters) -> dict[str, list[Choice]]:
    """Return the choices of the menus of filters, by parameter."""
    return {
        "type": [Choice(value, label, value == filters.kind) for value, label in AccountKind.choices],
        "organisme": [Choice(name, name, name == filters.organisation) for name in organisations(visitor)],
        "venue": [Choice(name, label, name == filters.sign_in) for name, label in _SIGN_INS.items()],
        "facteur": [Choice(name, label, name == filters.factor) for name, label in _FACTORS.items()],
        "fin": [Choice(name, label, name == filters.end) for name, label in _ENDS.items()],
    }


@dataclass(frozen=True, slots=True)
class GivenRight:
    """What a group gives, in words: a layer or a dashboard, which rows and deeds, until when."""

    title: str
    address: str
    detail: str
    until: str


def rights_of_groups(visitor: Visitor, groups: Sequence[Group]) -> dict[int, list[GivenRight]]:
    """Return what the members of groups get by them, by group: layers, themes, dashboards, then protected fields."""
    grants: list[AnyGrant] = [
        *layer_grants(visitor).filter(group__in=groups).order_by("layer__title", "theme__title", "pk"),
        *dashboard_grants(visitor).filter(group__in=groups).order_by("dashboard__title", "pk"),
    ]
    rights: dict[int, list[GivenRight]] = {group.pk: [] for group in groups}
    for line in grant_lines(visitor, grants):
        if not line.end.is_over:
            rights[line.grant.group_id or 0].append(_right_of_line(line))
    through: Any = ProtectedField.groups.through
    protections = through.objects.filter(
        group__in=groups, protectedfield__layer__in=access.listed_layers(visitor).values("pk")
    )
    for each in protections.select_related("protectedfield__layer").order_by("protectedfield__name"):
        layer, words = each.protectedfield.layer, _("lit le champ réservé « %s »") % each.protectedfield.name
        address = reverse("management:layer-rights", args=[layer.slug])
        rights[each.group_id].append(GivenRight(layer.title, address, words, ""))
    return rights


def personal_rights(visitor: Visitor, user: User) -> list[GivenRight]:
    """Return what was given to a person and not to a group, of what the visitor manages."""
    grants: list[AnyGrant] = [
        *layer_grants(visitor).filter(person=user),
        *dashboard_grants(visitor).filter(person=user),
    ]
    return [_right_of_line(line) for line in grant_lines(visitor, grants) if not line.end.is_over]


def _right_of_line(line: GrantLine) -> GivenRight:
    address = reverse("management:grant", args=[line.kind, line.grant.pk])
    words = [line.rows, line.can] if line.rows else [line.can]
    until = _("jusqu’au %s") % line.end.words if line.grant.valid_until else ""
    return GivenRight(line.subject, address, ", ".join(words), until)


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """A person of a preview: who, and what changes, a line each."""

    name: str
    lines: tuple[str, ...]
    is_new: bool


def change_rows(changes: Sequence[AccountChange]) -> list[ChangeRow]:
    """Return changes in words."""
    names = group_names(changes)
    return [ChangeRow(change.name, tuple(_change_lines(change, names)), change.is_new) for change in changes]


def _change_lines(change: AccountChange, names: dict[int, str]) -> Iterable[str]:
    for name, (before, after) in change.values.items():
        title, old, new = str(FIELD_TITLES[name]), _value(name, before), _value(name, after)
        if change.is_new:
            if new:
                yield _("%(title)s : %(text)s") % {"title": title, "text": new}
        else:
            yield _("%(title)s : %(before)s → %(after)s") % {
                "title": title,
                "before": old or "–",
                "after": new or "–",
            }
    for pk in change.joined:
        yield _("entre dans %s") % names.get(pk, "–")
    for pk in change.left:
        yield _("sort de %s") % names.get(pk, "–")
    if change.is_invited:
        yield _("reçoit une invitation")


def _value(name: str, value: Any) -> str:
    if isinstance(value, bool):
        return _("oui") if value else _("non")
    if name == "ends_at":
        return end_words(end_of_text(value)) or _("sans fin")
    if name == "kind" and value:
        return str(AccountKind(value).label)
    return str(value or "")


def people_counted(count: int) -> str:
    """Return a number of accounts in words."""
    return ngettext("%d compte", "%d comptes", count) % count
