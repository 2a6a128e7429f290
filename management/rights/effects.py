"""What a grant changes, in words and counts, before it is written."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from interface.forms import form_errors
from layers import access
from layers.errors import Forbidden, LayersError
from layers.models import Grant, Layer
from layers.visitor import Visitor
from management.rights.forms import DashboardGrantForm, GrantForm
from management.rights.presenters import End, can_words, end_words, field_titles, rows_words, subject_words
from management.rights.queries import grant_effect
from management.rights.services import AnyGrant, check_grant


@dataclass(frozen=True, slots=True)
class EffectWords:
    """What the form says of a grant before it is saved: ``counted`` is None where nothing was counted."""

    fault: str = ""
    who: str = ""
    subject: str = ""
    rows: str = ""
    rows_text: str = ""
    can: str = ""
    fields: str = ""
    end: End | None = None
    counted: Any = None
    layers: tuple[str, ...] = ()
    is_new: bool = True


def effect_words(
    form: DashboardGrantForm, *, check: Callable[[Visitor, AnyGrant], None] = check_grant
) -> EffectWords | None:
    """Return what a grant would change; None of a form that was not sent, and the fault of one that is wrong.

    ``check`` raises ``Forbidden`` for a grant that the visitor may not give.
    """
    if not form.is_bound:
        return None
    if not form.is_valid():
        return EffectWords(fault=" ".join(dict.fromkeys(error.reason for error in form_errors(form))))
    visitor, grant = form.visitor, form.proposed()
    names = dict(
        pair for _title, pairs in form.fields["recipient"].choices if isinstance(pairs, list) for pair in pairs  # type: ignore[attr-defined]  # a ChoiceField
    )  # fmt: skip
    words = EffectWords(
        who=names.get(form.cleaned_data["recipient"], ""),
        subject=subject_words(grant),
        can=can_words(grant),
        end=end_words(grant.valid_until, at=visitor.instant),
        is_new=grant.pk is None,
    )
    try:
        check(visitor, grant)
    except Forbidden as error:
        return EffectWords(fault=error.detail)
    if not isinstance(grant, Grant):
        return words
    scope = form.scope if isinstance(form, GrantForm) else None
    counted, fault = None, ""
    try:
        counted = grant_effect(visitor, grant)
    except LayersError as error:
        fault = error.detail
    listed = (
        access.listed_layers(visitor).filter(theme=grant.theme_id) if grant.theme_id else Layer.objects.none()
    )
    return EffectWords(
        fault=fault,
        who=words.who,
        subject=words.subject,
        rows=rows_words(visitor, scope, grant),
        rows_text=grant.rows,
        can=can_words(grant, scope),
        fields=", ".join(field_titles(scope, grant.fields)),
        end=words.end,
        counted=counted,
        layers=tuple(listed.order_by("title").values_list("title", flat=True)),
        is_new=words.is_new,
    )
