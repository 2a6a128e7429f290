"""Inform who approves that rows of a layer wait, and their authors of what was decided or written to them.

One message for all the rows of a decision that an account wrote; and while rows of a layer wait, at most one an hour to
who approves, but for urgent ones. Who wrote without an account is written to by nobody.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import Any

from django.conf import settings
from django.db.models import Q
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from gisportal.accounts.credentials import visitors_of_accounts
from gisportal.accounts.jobs import enqueue_message
from gisportal.accounts.models import User
from interface.mail import Message
from interface.titles import feature_title
from interface.wording import number
from layers import access
from layers.access import Scope
from layers.models import Grant
from layers.services.moderation import approves
from layers.visitor import open_account
from management.rights.presenters import person_name
from moderation.changes import PROPOSED
from moderation.models import ModeratedRow, RowMessage, RowStep
from moderation.services import CREATION, machine_of

_QUIET = dt.timedelta(hours=1)


def mail_steps(scope: Scope, steps: Sequence[RowStep], **_signal: Any) -> None:
    """Write to who is concerned by the steps of one decision: what waits to who approves, the rest to the authors."""
    waiting = [step for step in steps if _waits(scope, step)]
    if waiting and not _was_written(scope, waiting):
        _mail_approvers(scope, waiting[0], lambda: _request(scope, waiting))
    by_author: defaultdict[int, list[RowStep]] = defaultdict(list)
    for step in steps:
        author = step.moderated.author_id
        if author is not None and author != step.actor_id and step.transition != PROPOSED.name:
            by_author[author].append(step)
    for account in User.objects.filter(open_account(scope.visitor.instant), pk__in=by_author):
        with translation.override(account.message_language):
            enqueue_message(_decision(scope, by_author[account.pk]), user=account)


def mail_message(scope: Scope, message: RowMessage, **_signal: Any) -> None:
    """Write that somebody wrote: to the author of the row, or from them to who approves it."""
    row = message.moderated
    if message.author_id != row.author_id:
        for account in User.objects.filter(open_account(message.at), pk=row.author_id or 0):
            with translation.override(account.message_language):
                enqueue_message(_note(scope, message), user=account)
        return
    for account in approvers(scope, row.row):
        with translation.override(account.message_language):
            enqueue_message(_note(scope, message), user=account)


def approvers(scope: Scope, pk: int) -> list[User]:
    """Return the open accounts that approve a row by their own right, else the administrators; not who acts."""
    at, layer = scope.visitor.instant, scope.layer
    accounts = User.objects.filter(open_account(at)).exclude(pk=scope.visitor.user_id or 0)
    grants = Grant.objects.filter(Q(layer=layer) | Q(theme=layer.theme_id), can_approve=True).order_by()
    holders = Q(groups__in=grants.values("group")) | Q(pk__in=grants.values("person"))
    visitors = visitors_of_accounts(accounts.filter(holders, is_superuser=False), instant=at, portal="")
    scopes = access.scopes_of_visitors(scope.slug, visitors) if visitors else []
    chosen = [
        visitor.user_id or 0
        for visitor, own in zip(visitors, scopes, strict=True)
        if own is not None and approves(own, pk)
    ]
    rows = accounts.filter(pk__in=chosen) if chosen else accounts.filter(is_superuser=True)
    return list(rows.order_by("pk"))


def _waits(scope: Scope, step: RowStep) -> bool:
    """Whether a step leaves something to who approves: a row submitted or urgent, or a change of one."""
    waiting = machine_of(scope).waiting_states
    is_new = step.target in waiting and step.source != step.target
    return is_new or step.transition == PROPOSED.name or step.moderated.is_to_review


def _was_written(scope: Scope, steps: Sequence[RowStep]) -> bool:
    """Whether who approves was written to about this layer within the hour, by a row that still waits."""
    if any(step.moderated.is_to_review or step.transition == PROPOSED.name for step in steps):
        return False
    rows = ModeratedRow.objects.filter(
        layer=scope.layer,
        state__in=machine_of(scope).waiting_states,
        since__gt=scope.visitor.instant - _QUIET,
    )
    return rows.exclude(pk__in=[step.moderated_id for step in steps]).exists()


def _mail_approvers(scope: Scope, step: RowStep, message: Callable[[], Message]) -> None:
    for account in approvers(scope, step.moderated.row):
        with translation.override(account.message_language):
            enqueue_message(message(), user=account)


def _request(scope: Scope, steps: Sequence[RowStep]) -> Message:
    person, layer = _actor(steps[0]), scope.layer.title
    if len(steps) == 1:
        title = _title(scope, steps[0])
        words = {"person": person, "title": title, "layer": layer}
        line = (
            _("%(person)s propose une modification de « %(title)s » (%(layer)s).")
            if steps[0].transition == PROPOSED.name
            else _("%(person)s soumet « %(title)s » (%(layer)s).")
        )
        lines = [line % words]
        if steps[0].moderated.is_to_review:
            lines.append(_("C’est urgent : tout le monde le voit déjà. Relisez-le dès que possible."))
        return Message(
            _("À modérer : « %s »") % title, tuple(lines), _row_link(_("Ouvrir"), steps[0].moderated)
        )
    words = {"person": person, "number": number(len(steps)), "layer": layer}
    line = _("%(person)s soumet %(number)s objets de « %(layer)s ».") % words
    address = f"{settings.PORTAL_ADDRESS}{reverse('moderation:queue', args=[scope.slug])}"
    return Message(_("À modérer : « %s »") % layer, (line,), (_("Ouvrir la file"), address))


def _decision(scope: Scope, steps: Sequence[RowStep]) -> Message:
    """Return the message to the author of rows that were decided together, for one reason."""
    first, labels = steps[0], {state.code: state.label for state in machine_of(scope).states}
    state, title = str(labels.get(first.target, first.target)), _title(scope, first)
    if len(steps) == 1:
        lines = [_step_words(scope, first, title)]
        subject, link = (
            _("« %(title)s » : %(state)s") % {"title": title, "state": state.lower()},
            first.moderated,
        )
    else:
        count = len(steps)
        words = {"number": number(count), "state": state.lower()}
        line = ngettext(
            "%(number)s de vos objets : %(state)s.", "%(number)s de vos objets : %(state)s.", count
        )
        lines = [line % words]
        subject, link = (
            _("« %(layer)s » : %(state)s") % {"layer": scope.layer.title, "state": state.lower()},
            None,
        )
    if first.reason:
        lines.append(_("Motif : %s") % first.reason)
    address = f"{settings.PORTAL_ADDRESS}{reverse('moderation:contributions')}"
    return Message(
        subject, tuple(lines), _row_link(_("Ouvrir"), link) if link else (_("Mes contributions"), address)
    )


def _step_words(scope: Scope, step: RowStep, title: str) -> str:
    if step.transition == CREATION:
        return _("« %s » est créé.") % title
    machine = machine_of(scope)
    label = next(
        (each.label for each in machine.transitions if each.name == step.transition), step.transition
    )
    words = {"person": _actor(step), "title": title, "step": label}
    if step.transition == "accept-change":
        return _("%(person)s accepte votre modification de « %(title)s ».") % words
    if step.transition == "refuse-change":
        return _("%(person)s refuse votre modification de « %(title)s ».") % words
    return _("%(person)s a choisi « %(step)s » pour « %(title)s ».") % words


def _note(scope: Scope, message: RowMessage) -> Message:
    title = feature_title(scope, scope.queryset.get(pk=message.moderated.row))
    author = message.author
    words = {"person": person_name(author) if author else _("Le portail"), "title": title}
    return Message(
        _("Un message sur « %s »") % title,
        (_("%(person)s vous écrit à propos de « %(title)s » :") % words, message.text),
        _row_link(_("Répondre"), message.moderated),
    )


def _actor(step: RowStep) -> str:
    return person_name(step.actor) if step.actor else _("Le portail")


def _title(scope: Scope, step: RowStep) -> str:
    row = scope.queryset.filter(pk=step.moderated.row).first()
    return feature_title(scope, row) if row is not None else str(step.moderated.row)


def _row_link(label: str, row: ModeratedRow) -> tuple[str, str]:
    path = reverse("moderation:row", args=[row.layer.slug, row.row])
    return label, f"{settings.PORTAL_ADDRESS}{path}"
