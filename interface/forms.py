"""Forms of the pages: their errors as one list at the top of a page, the classes of inputs, numbers as typed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy

_SPACES = re.compile(r"[\s\u00a0\u202f]")

_WITHOUT_CLASS = (forms.CheckboxInput, forms.RadioSelect, forms.CheckboxSelectMultiple, forms.HiddenInput)


@dataclass(frozen=True, slots=True)
class FormError:
    """Something to correct: ``target`` is the id of the input, empty when it concerns the whole page."""

    reason: str
    target: str = ""
    label: str = ""


def form_errors(form: forms.BaseForm, *, of: str = "") -> list[FormError]:
    """Return the errors of one form, each with the id of its input; ``of`` names the object of the form."""
    return list(_form_errors(form, of)) if form.is_bound else []


def _form_errors(form: forms.BaseForm, of: str) -> Iterator[FormError]:
    for name, reasons in form.errors.items():
        if name not in form.fields:
            yield from (FormError(str(reason)) for reason in reasons)
            continue
        bound = form[name]
        label = f"{of} · {bound.label}" if of else str(bound.label)
        yield from (FormError(str(reason), bound.id_for_label or bound.auto_id, label) for reason in reasons)


def add_input_classes(form: forms.BaseForm) -> None:
    """Give every text input, list and file input of ``form`` the class ``input``."""
    for field in form.fields.values():
        if not isinstance(field.widget, _WITHOUT_CLASS):
            field.widget.attrs.setdefault("class", "input")


def typed_number(value: Any) -> Any:
    """Return the digits of a number as people type it: spaces between thousands, a comma or a point, a true minus.

    Raises:
        ValidationError: both a comma and a point, which could mean two numbers.
    """
    if not isinstance(value, str):
        return value
    text = _SPACES.sub("", value).replace("\u2212", "-")
    if "," in text and "." in text:
        raise ValidationError(
            gettext_lazy("Écrivez le nombre avec une virgule, sans point entre les milliers."), code="invalid"
        )
    return text.replace(",", ".")
