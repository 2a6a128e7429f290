"""The look of inputs: classes of the design system, put once on every widget of a form."""

from __future__ import annotations

from django import forms

_PLAIN = (forms.CheckboxInput, forms.RadioSelect, forms.CheckboxSelectMultiple, forms.HiddenInput)


def dress(form: forms.BaseForm) -> None:
    """Give every text input, list and file input of ``form`` the class ``input``."""
    for field in form.fields.values():
        if not isinstance(field.widget, _PLAIN):
            field.widget.attrs.setdefault("class", "input")
