"""Procedures of plans and what they changed, in words for pages and as JSON."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from interface import wording
from plui.dated.periods import period_words
from plui.dated.queries import ChangeKind, ObjectChange, ProcedureChange
from plui.models import PlanVersion


@dataclass(frozen=True, slots=True)
class DatedProcedure:
    """A procedure in a list: its version, the words of its period, whether it is in force on the day of the list."""

    version: PlanVersion
    period: str
    is_in_force: bool


def in_force_words(versions: Iterable[PlanVersion], day: dt.date | None = None) -> list[DatedProcedure]:
    """Return the procedures with their periods; ``day`` is that of the list, None for none."""
    return [
        DatedProcedure(version, period_words(first, version.in_force_until), _is_in_force(version, day))
        for version in versions
        if (first := version.in_force_from) is not None
    ]


def _is_in_force(version: PlanVersion, day: dt.date | None) -> bool:
    first, end = version.in_force_from, version.in_force_until
    return day is not None and first is not None and first <= day and (end is None or day < end)


def change_words(change: ObjectChange) -> str:
    """Word what became of an object: « Zone UA → UB, sur 320 m² », « Ajouté : Parc », « Retiré : Bois »."""
    names = {"before": change.before, "after": change.after}
    match change.kind:
        case ChangeKind.ADDED:
            text = _("Ajouté : %(after)s") % names
        case ChangeKind.REMOVED:
            text = _("Retiré : %(before)s") % names
        case ChangeKind.CHANGED if change.is_zone and change.before != change.after:
            text = _("Zone %(before)s → %(after)s") % names
        case _:
            text = _("Modifié : %(after)s") % names
    if change.area_m2 is not None:
        text = _("%(change)s, sur %(area)s") % {"change": text, "area": wording.area(change.area_m2)}
    return text


def value_change_words(change: ObjectChange) -> list[str]:
    """Word the fields that differ: « Libellé long : Centre ancien → Centre »."""
    return [
        _("%(field)s : %(before)s → %(after)s")
        % {
            "field": value.field.title,
            "before": value.field.label(value.before) or "–",
            "after": value.field.label(value.after) or "–",
        }
        for value in change.values
    ]


def procedures_document(versions: Sequence[PlanVersion]) -> dict[str, Any]:
    """Return procedures as JSON: periods end before ``until`` (null: without end), days as AAAA-MM-JJ."""
    return {"procedures": [procedure_document(version) for version in versions]}


def procedure_document(version: PlanVersion) -> dict[str, Any]:
    """Return a procedure as JSON: NOMPROC and DATAPPRO are the standard's texts, ``state`` is online or former."""
    return {
        "id": version.pk,
        "idurba": version.idurba,
        "partition": version.partition,
        "title": version.title,
        "purpose": version.purpose,
        "nomproc": version.nomproc,
        "datappro": version.datappro,
        "from": version.in_force_from and version.in_force_from.isoformat(),
        "until": version.in_force_until and version.in_force_until.isoformat(),
        "state": version.state,
        "etat": str(version.document.get("etat", "")),
        "communes": version.communes,
    }


def changes_document(changes: Iterable[ProcedureChange]) -> dict[str, Any]:
    """Return what each procedure changed at a place as JSON; ``area`` is in m², null for what has none."""
    return {
        "procedures": [
            procedure_document(each.version)
            | {"isFirst": each.is_first, "changes": [_change_document(change) for change in each.changes]}
            for each in changes
        ]
    }


def _change_document(change: ObjectChange) -> dict[str, Any]:
    return {
        "layer": change.layer,
        "kind": change.kind.value,
        "before": change.before or None,
        "after": change.after or None,
        "area": change.area_m2,
        "isRedrawn": change.is_redrawn,
        "text": change_words(change),
        "values": [
            {
                "field": value.field.name,
                "title": str(value.field.title),
                "before": value.before,
                "after": value.after,
            }
            for value in change.values
        ],
    }
