"""Writing the rules of the sheet and the tables of the tools, each change with its line in the journal."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib.admin.models import ADDITION, CHANGE, DELETION, LogEntry
from django.core.exceptions import ValidationError
from django.db import models, transaction

from layers.visitor import Visitor
from planning.forms import RuleForm, check_filter
from planning.models import ApplicableRule


def try_cautions(form: RuleForm, cautions: Any) -> bool:
    """Whether the filters of cautions, a formset, can be read by the layer of their rule; faults join their forms."""
    is_valid = True
    for each in cautions.forms:
        try:
            check_filter(form.scope, each.cleaned_data.get("rows", ""))
        except ValidationError as error:
            each.add_error("rows", error)
            is_valid = False
    return is_valid


@transaction.atomic
def write_rule(visitor: Visitor, form: RuleForm, cautions: Any) -> ApplicableRule:
    """Store a rule and its cautions, both valid."""
    is_new = form.instance.pk is None
    rule = form.save()
    cautions.instance = rule
    cautions.save()
    _log(visitor, rule, ADDITION if is_new else CHANGE, [*form.changed_data])
    return rule


@transaction.atomic
def write_row(visitor: Visitor, form: Any) -> models.Model:
    """Store the row of a valid form of a model."""
    is_new = form.instance.pk is None
    row: models.Model = form.save()
    _log(visitor, row, ADDITION if is_new else CHANGE, [*form.changed_data])
    return row


@transaction.atomic
def delete_row(visitor: Visitor, row: models.Model) -> None:
    """Delete a row, and what belongs to it."""
    _log(visitor, row, DELETION, [])
    row.delete()


def find_rule(pk: int) -> ApplicableRule | None:
    """Return a rule, None where there is none."""
    return ApplicableRule.objects.filter(pk=pk).first()


def every_rule() -> list[ApplicableRule]:
    """Return the rules in the order of the sheet, those that are not active too."""
    return list(ApplicableRule.objects.all())


def _log(visitor: Visitor, row: models.Model, flag: int, fields: Sequence[str]) -> None:
    message: Any = [{"changed": {"fields": list(fields)}}] if flag == CHANGE else ""
    if visitor.user_id is not None:
        LogEntry.objects.log_actions(visitor.user_id, [row], flag, message, single_object=True)
