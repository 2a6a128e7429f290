"""Rows of the queue, steps and changes in words, for the pages of who approves and of authors."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from types import SimpleNamespace
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from interface.addresses import address
from interface.titles import feature_title
from interface.wording import is_empty, words
from layers.access import Scope
from layers.definitions import COMMUNE_COLUMN, Field, Text
from layers.models import Commune
from layers.moderation import Moderation, Transition
from layers.services.moderation import state_of
from moderation.changes import STEPS as CHANGE_STEPS
from moderation.changes import related_changes
from moderation.models import ModeratedRow, ProposedChange, RowMessage, RowStep
from moderation.queries import (
    AGES,
    CHANGED,
    TO_REVIEW,
    Contribution,
    OwnRow,
    QueueFilter,
    account_names,
    authors,
    communes_of,
    queue,
)
from moderation.services import CREATION, REVIEWED, available, machine_of
from moderation.undo import UNDONE

_FACTS = 3
_BULK = frozenset({"publish", "refuse", "send-back", "reviewed"})


@dataclass(frozen=True, slots=True)
class StateBadge:
    """A state in words, with the tone of its badge and its icon."""

    label: Text
    tone: str
    icon: str


def state_badge(machine: Moderation, code: str) -> StateBadge:
    """Return how a state looks: public, waiting, over without being public, or neither."""
    state = machine.state(code)
    if state.is_public:
        return StateBadge(state.label, "open", "circle-check")
    if code in machine.waiting_states:
        return StateBadge(state.label, "warn", "hourglass")
    return (
        StateBadge(state.label, "bad", "circle-slash")
        if state.is_final
        else StateBadge(state.label, "", "pencil")
    )


def state_choices(machine: Moderation, chosen: str) -> list[Choice]:
    """Return the states that a list of rows is filtered by, after all of them."""
    states: list[tuple[str, Text]] = [("", _("Tous les états"))]
    return _choices([*states, *((state.code, state.label) for state in machine.states)], chosen)


def row_badge(machine: Moderation, row: Any) -> StateBadge:
    """Return how the state of a row looks; of a public one that has dates, whether it is to come, active or over."""
    state = machine.state(str(getattr(row, machine.state_path)))
    badge = state_badge(machine, state.code)
    if not state.is_public or state.is_final:
        return badge
    words = _phase(_day(row, machine.start_path), _day(row, machine.end_path))
    return replace(badge, label=f"{badge.label} · {words}") if words else badge


def _phase(start: dt.date | None, end: dt.date | None) -> str:
    today = timezone.localdate()
    if start is not None and today < start:
        return _("à venir")
    if end is not None and today > end:
        return _("passé")
    return _("en cours") if start is not None or end is not None else ""


def _day(row: Any, path: str) -> dt.date | None:
    value = getattr(row, path, None) if path else None
    return timezone.localdate(value) if isinstance(value, dt.datetime) else value


@dataclass(frozen=True, slots=True)
class QueueRow:
    """A row of the queue: ``marks`` say why it waits beside its state."""

    pk: int
    version: str
    title: str
    facts: str
    badge: StateBadge
    author: str
    since: dt.datetime | None
    marks: tuple[str, ...]
    address: str


def queue_rows(scope: Scope, rows: Sequence[Any], question: QueueFilter) -> list[QueueRow]:
    """Return the rows of a page of the queue in words."""
    machine, names = machine_of(scope), authors(scope, rows)
    followed = ModeratedRow.objects.filter(layer=scope.layer, row__in=[row.pk for row in rows])
    to_review = set(followed.filter(is_to_review=True).values_list("row", flat=True))
    changed = set(
        ProposedChange.objects.filter(moderated__in=followed.values("pk")).values_list(
            "moderated__row", flat=True
        )
    )
    return [
        QueueRow(
            pk=row.pk,
            version=row.row_version,
            title=feature_title(scope, row),
            facts=row_facts(scope, row),
            badge=row_badge(machine, row),
            author=names.get(getattr(row, machine.author_path), ""),
            since=row.waiting_since,
            marks=tuple(
                words
                for words, pks in ((_("urgent, à revoir"), to_review), (_("modification proposée"), changed))
                if row.pk in pks
            ),
            address=f"{reverse('moderation:row', args=[scope.slug, row.pk])}{question.query()}",
        )
        for row in rows
    ]


def row_facts(scope: Scope, row: Any) -> str:
    """Return the first key facts of a row that the visitor reads."""
    readable = {field.name: field for field in scope.fields}
    fields = [readable[name] for name in scope.definition.summary if name in readable]
    texts = [str(words(field, row)) for field in fields if not is_empty(getattr(row, field.source, None))]
    return " · ".join(text for text in texts if text)[:200]


@dataclass(frozen=True, slots=True)
class Choice:
    """A value of a filter."""

    value: str
    label: Text
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class QueueChoices:
    """The values of the filters of the queue."""

    states: list[Choice]
    communes: list[Choice]
    authors: list[Choice]
    ages: list[Choice]


def queue_choices(scope: Scope, question: QueueFilter, *, at: dt.datetime) -> QueueChoices:
    """Return the values that the queue of a layer is filtered by."""
    states = [
        ("", _("Tout ce qui attend")),
        (TO_REVIEW, _("Urgents à revoir")),
        (CHANGED, _("Modifications proposées")),
    ]
    states += [(state.code, _("État : %s") % state.label) for state in machine_of(scope).states]
    names = authors(scope, queue(scope, QueueFilter(state=question.state), at=at))
    ages = [("", _("Depuis toujours"))]
    ages += [(str(days), _("Plus d’un jour") if days == 1 else _("Plus de %d jours") % days) for days in AGES]
    return QueueChoices(
        states=_choices(states, question.state),
        communes=_choices(
            [("", _("Toutes")), *((each.code, each.nom) for each in communes_of(scope))], question.commune
        ),
        authors=_choices(
            [
                ("", _("Tous")),
                *sorted(((str(pk), name) for pk, name in names.items()), key=lambda pair: pair[1]),
            ],
            str(question.author or ""),
        ),
        ages=_choices(ages, str(question.age or "")),
    )


def _choices(pairs: Iterable[tuple[str, Text]], chosen: str) -> list[Choice]:
    return [Choice(value, label, value == chosen) for value, label in pairs]


def bulk_steps(scope: Scope) -> list[Transition]:
    """Return the steps that are taken with several rows at once: those that decide of what waits."""
    machine = machine_of(scope)
    waiting = set(machine.waiting_states)
    steps = [step for step in machine.transitions if waiting & {*step.sources} and step.name in _BULK]
    return [*steps, REVIEWED] if machine.urgent_path else steps


def step_title(scope: Scope, name: str) -> Text:
    """Return the words of a step of the machine of a layer, or of its review."""
    steps = {step.name: step.label for step in (*machine_of(scope).transitions, REVIEWED)}
    return steps.get(name, name)


@dataclass(frozen=True, slots=True)
class StepButton:
    """A step as a button; ``key`` is the letter that presses it, empty for none."""

    name: str
    label: Text
    needs_reason: bool
    key: str


_KEYS = {"publish": "a", "reviewed": "a", "refuse": "r", "send-back": "s"}


def step_buttons(steps: Iterable[Transition]) -> list[StepButton]:
    """Return steps as buttons; a letter presses the first of those that it would press."""
    buttons, used = [], set[str]()
    for step in steps:
        letter = _KEYS.get(step.name, "")
        letter = "" if letter in used else letter
        used.add(letter)
        buttons.append(StepButton(step.name, step.label, step.needs_reason, letter))
    return buttons


def shortcuts(buttons: Iterable[StepButton], *, is_list: bool) -> list[tuple[tuple[str, ...], Text]]:
    """Return the keys of a page and what each does; letters that are on buttons have their words."""
    of_steps: list[tuple[tuple[str, ...], Text]] = [
        ((each.key.upper(),), each.label) for each in buttons if each.key
    ]
    if is_list:
        own: list[tuple[tuple[str, ...], Text]] = [
            (("J", "K"), _("Objet suivant, objet précédent")),
            ((_("Entrée"),), _("Ouvrir l’objet")),
            (("X",), _("Choisir l’objet, ou non")),
        ]
    else:
        own = [
            (("J", "K"), _("Objet suivant, objet précédent")),
            (("C",), _("Écrire un message")),
            (("Q",), _("Revenir à la file")),
        ]
    return [
        *own,
        *of_steps,
        (("U",), _("Annuler la dernière décision")),
        (("Ctrl", _("Entrée")), _("Envoyer ce qui est écrit")),
        (("?",), _("Cette liste")),
    ]


@dataclass(frozen=True, slots=True)
class DecisionLine:
    """A row as a decision would change it."""

    pk: int
    title: str
    before: StateBadge
    after: StateBadge


def decision_lines(scope: Scope, steps: Sequence[RowStep]) -> list[DecisionLine]:
    """Return what the steps of one decision make of their rows."""
    machine = machine_of(scope)
    rows = scope.queryset.filter(pk__in=[step.moderated.row for step in steps]).in_bulk()
    return [
        DecisionLine(
            step.moderated.row,
            feature_title(scope, rows[step.moderated.row]),
            state_badge(machine, step.source),
            state_badge(machine, step.target),
        )
        for step in steps
    ]


@dataclass(frozen=True, slots=True)
class StepLine:
    """A step as the history says it."""

    at: dt.datetime
    what: Text
    state: Text
    actor: str
    reason: str


def step_lines(scope: Scope, followed: ModeratedRow | None) -> list[StepLine]:
    """Return the steps of a row in words, the newest first."""
    if followed is None:
        return []
    machine = machine_of(scope)
    titles: dict[str, Text] = {
        step.name: step.label for step in (*machine.transitions, *CHANGE_STEPS, REVIEWED, UNDONE)
    }
    titles[CREATION] = _("Créer")
    codes = {state.code: state.label for state in machine.states}
    steps: list[RowStep] = list(followed.steps.select_related("actor").order_by("-at", "-pk")[:100])
    return [
        StepLine(
            step.at,
            titles.get(step.transition, step.transition),
            codes.get(step.target, step.target),
            (step.actor.get_full_name() or step.actor.get_username()) if step.actor else _("le portail"),
            step.reason,
        )
        for step in steps
    ]


@dataclass(frozen=True, slots=True)
class FieldLine:
    """A field before and after a change, in words."""

    title: Text
    before: object
    after: object


@dataclass(frozen=True, slots=True)
class ChangePanel:
    """A change that waits: its fields, and whether the row moves."""

    pk: int
    author: str
    at: dt.datetime
    lines: tuple[FieldLine, ...]
    is_moved: bool
    is_own: bool


def change_panels(scope: Scope, changes: Iterable[ProposedChange]) -> list[ChangePanel]:
    """Return changes in words: fields that the visitor does not read are left out."""
    readable = {field.name: field for field in scope.fields}
    columns = {column.attname: column for column in scope.definition.model._meta.concrete_fields}
    panels = []
    for change in changes:
        fields = [readable[name] for name in change.after if name in readable]
        panels.append(
            ChangePanel(
                pk=change.pk,
                author=change.author.get_full_name() or change.author.get_username(),
                at=change.at,
                lines=tuple(
                    FieldLine(
                        field.title,
                        _said(field, columns[field.source], change.before.get(field.name)),
                        _said(field, columns[field.source], change.after[field.name]),
                    )
                    for field in fields
                )
                + tuple(
                    FieldLine(each.title, each.before_text, each.after_text)
                    for each in related_changes(change)
                ),
                is_moved=change.geom is not None,
                is_own=change.author_id == scope.visitor.user_id,
            )
        )
    return panels


def _said(field: Field, column: models.Field[Any, Any], value: Any) -> object:
    """Write a value that was stored as JSON as people read it."""
    try:
        read = column.to_python(value)
    except ValidationError:  # the field had another type
        return str(value)
    return "" if is_empty(read) else words(field, SimpleNamespace(**{field.source: read}))


@dataclass(frozen=True, slots=True)
class MessageLine:
    """A message as its page says it."""

    at: dt.datetime
    author: str
    text: str
    is_own: bool


def message_lines(scope: Scope, followed: ModeratedRow | None) -> list[MessageLine]:
    """Return the messages on a row, the oldest first."""
    messages: list[RowMessage] = list(followed.messages.select_related("author")) if followed else []
    return [
        MessageLine(
            each.at,
            (each.author.get_full_name() or each.author.get_username()) if each.author else "—",
            each.text,
            each.author_id == scope.visitor.user_id,
        )
        for each in messages
    ]


def row_context(own: OwnRow) -> dict[str, Any]:
    """Return what the page of a row says, but for its forms."""
    scope, row, machine = own.scope, own.row, machine_of(own.scope)
    author = getattr(row, machine.author_path)
    return {
        "scope": scope,
        "row": row,
        "title": feature_title(scope, row),
        "badge": row_badge(machine, row),
        "is_public": machine.is_public(state_of(scope, row)),
        "fields": value_lines(scope, row),
        "author": account_names({author}).get(author, "") if author else "",
        "followed": own.followed,
        "steps": step_buttons(available(scope, row.pk)),
        "history": step_lines(scope, own.followed),
        "messages_of_row": message_lines(scope, own.followed),
        "is_author": own.is_author,
        "is_approver": own.is_approver,
    }


@dataclass(frozen=True, slots=True)
class ValueLine:
    """A field of a row and its value in words."""

    title: Text
    value: object


def value_lines(scope: Scope, row: Any) -> list[ValueLine]:
    """Return the values of a row that the visitor reads, but for empty ones, what is not so, its state and author."""
    machine = machine_of(scope)
    hidden = {machine.state_path, machine.author_path}
    lines = []
    for field in scope.fields:
        value = getattr(row, field.source, None)
        if field.source not in hidden and value is not False and not is_empty(value):
            is_commune = field.source == COMMUNE_COLUMN
            name = (
                Commune.objects.filter(code=value).values_list("nom", flat=True).first() if is_commune else ""
            )
            lines.append(ValueLine(field.title, name or words(field, row)))
    return lines


def features_address(scope: Scope, ids: Sequence[int]) -> str:
    """Return where the GeoJSON of some rows is, for a map."""
    return f"{address('features', scope.slug)}?f=json&limit={max(len(ids), 1)}&ids={','.join(map(str, ids))}"


@dataclass(frozen=True, slots=True)
class ContributionRow:
    """A contribution in words: the last reason that somebody gave, and whether somebody wrote."""

    title: str
    layer: str
    facts: str
    badge: StateBadge
    since: dt.datetime
    reason: str
    messages: int
    has_change: bool
    address: str
    edit_address: str


def contribution_rows(rows: Sequence[Contribution]) -> list[ContributionRow]:
    """Return contributions in words."""
    followed = [each.followed for each in rows]
    latest: dict[int, RowStep] = {}
    for step in RowStep.objects.filter(moderated__in=followed).order_by("moderated", "at", "pk"):
        latest[step.moderated_id] = step
    counted = ModeratedRow.objects.filter(pk__in=[each.pk for each in followed])
    messages = dict(counted.annotate(number=models.Count("messages")).values_list("pk", "number"))
    lines = []
    for each in rows:
        scope, row, machine = each.scope, each.row, machine_of(each.scope)
        state = machine.state(state_of(scope, row))
        last = latest.get(each.followed.pk)
        lines.append(
            ContributionRow(
                title=feature_title(scope, row),
                layer=scope.layer.title,
                facts=row_facts(scope, row),
                badge=row_badge(machine, row),
                since=each.followed.since,
                reason=last.reason if last is not None else "",
                messages=messages.get(each.followed.pk, 0),
                has_change=each.has_change,
                address=reverse("moderation:row", args=[scope.slug, row.pk]),
                edit_address="" if state.is_final else address("entry", scope.slug, row.pk),
            )
        )
    return lines
