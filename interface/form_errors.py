"""Everything to correct on a page, as one list at its top: each line leads to its input."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django import forms


@dataclass(frozen=True, slots=True)
class Fault:
    """Something to correct: ``target`` is the id of the input, empty when it concerns the whole page."""

    reason: str
    target: str = ""
    label: str = ""


def faults_of(form: forms.BaseForm, *, of: str = "") -> list[Fault]:
    """Return the faults of one form, each with the id of its input; ``of`` names what the form is about."""
    return list(_faults(form, of)) if form.is_bound else []


def _faults(form: forms.BaseForm, of: str) -> Iterator[Fault]:
    for name, reasons in form.errors.items():
        if name not in form.fields:
            yield from (Fault(str(reason)) for reason in reasons)
            continue
        bound = form[name]
        label = f"{of} · {bound.label}" if of else str(bound.label)
        yield from (Fault(str(reason), bound.id_for_label or bound.auto_id, label) for reason in reasons)
