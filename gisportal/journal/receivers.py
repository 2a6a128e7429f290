"""What the journal listens to: Django's signals and those of the portal's own applications, by subject."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from allauth.account import signals as account
from allauth.account.authentication import get_authentication_records
from allauth.mfa import signals as mfa
from allauth.usersessions.models import UserSession
from django.contrib.admin.models import LogEntry
from django.contrib.auth import signals as auth
from django.db.models import Q
from django.db.models.signals import post_delete, post_save
from django.http import HttpRequest

from datasets.edits.services import editing_changed, edits_chosen
from datasets.models import Dataset, Delivery
from datasets.publication.online import version_published
from datasets.publication.services import delivery_abandoned
from explorer.models import FeatureReport
from explorer.reports.services import report_followed
from export_formats.services import export_sent
from gisportal.accounts.emergency import emergency_key_used
from gisportal.accounts.links.services import links_created, links_renewed, links_restored, links_revoked
from gisportal.accounts.lockout import lockout_of
from gisportal.accounts.models import DirectoryToken, ShareLink, Token, User
from gisportal.accounts.people.departures import account_left
from gisportal.accounts.people.personal_data import personal_data_exported
from gisportal.accounts.services import directory_called, directory_token_written, tokens_revoked
from gisportal.accounts.view_as.services import ViewAs, view_as_noted
from gisportal.journal.rights_receivers import changed_titles, connect_rights, tells_itself
from gisportal.journal.services import current_request, name_digest, record
from gisportal.journal.vocabulary import Event
from layers.access import RasterScope, Scope
from layers.models import Layer, StyleVersion
from metadata.changes import metadata_changed
from moderation.models import RowStep
from moderation.services import rows_moderated
from plui.loading.services import plan_changed
from plui.models import PlanVersion
from publication.models import CheckAcceptance, Submission, SubmissionEvent
from publication.review.services import check_accepted
from publication.services import submission_changed
from styles.services import style_published
from webforms.answers.services import answer_decided
from webforms.links.services import form_link_created, form_link_revoked
from webforms.models import Answer, FormLink

# Where a sign-in names who tries.
_NAMES = ("username", "login", "email")
_QUESTION_LENGTH = 2_000
# The flags of Django's administration log.
_ACTIONS = {1: "addition", 2: "change", 3: "deletion"}


def connect() -> None:
    """Listen, once the models are ready."""
    connect_rights()
    auth.user_logged_in.connect(_signed_in, dispatch_uid="journal")
    auth.user_logged_out.connect(_signed_out, dispatch_uid="journal")
    auth.user_login_failed.connect(_failed, dispatch_uid="journal")
    account.password_changed.connect(_password_changed, dispatch_uid="journal")
    account.password_set.connect(_password_changed, dispatch_uid="journal")
    account.password_reset.connect(_password_reset, dispatch_uid="journal")
    mfa.authenticator_added.connect(_factor_added, dispatch_uid="journal")
    mfa.authenticator_reset.connect(_factor_added, dispatch_uid="journal")
    mfa.authenticator_removed.connect(_factor_removed, dispatch_uid="journal")
    mfa.authentication_failed.connect(_factor_failed, dispatch_uid="journal")
    post_delete.connect(_session_ended, sender=UserSession, dispatch_uid="journal")
    post_save.connect(_token_created, sender=Token, dispatch_uid="journal")
    links_created.connect(_links_created, dispatch_uid="journal")
    links_renewed.connect(_links_renewed, dispatch_uid="journal")
    links_restored.connect(_links_restored, dispatch_uid="journal")
    links_revoked.connect(_links_revoked, dispatch_uid="journal")
    view_as_noted.connect(_view_as_noted, dispatch_uid="journal")
    directory_called.connect(_directory_called, dispatch_uid="journal")
    account_left.connect(_account_left, dispatch_uid="journal")
    personal_data_exported.connect(_personal_data_exported, dispatch_uid="journal")
    emergency_key_used.connect(_emergency_key_used, dispatch_uid="journal")
    tokens_revoked.connect(_tokens_revoked, dispatch_uid="journal")
    directory_token_written.connect(_directory_token_written, dispatch_uid="journal")
    export_sent.connect(_export_sent, dispatch_uid="journal")
    report_followed.connect(_report_followed, dispatch_uid="journal")
    version_published.connect(_version_published, dispatch_uid="journal")
    delivery_abandoned.connect(_delivery_abandoned, dispatch_uid="journal")
    edits_chosen.connect(_edits_chosen, dispatch_uid="journal")
    editing_changed.connect(_editing_changed, dispatch_uid="journal")
    style_published.connect(_style_published, dispatch_uid="journal")
    metadata_changed.connect(_metadata_changed, dispatch_uid="journal")
    submission_changed.connect(_submission_changed, dispatch_uid="journal")
    rows_moderated.connect(_rows_moderated, dispatch_uid="journal")
    plan_changed.connect(_plan_changed, dispatch_uid="journal")
    answer_decided.connect(_answer_decided, dispatch_uid="journal")
    form_link_created.connect(_form_link_created, dispatch_uid="journal")
    form_link_revoked.connect(_form_link_revoked, dispatch_uid="journal")
    check_accepted.connect(_check_accepted, dispatch_uid="journal")
    post_save.connect(_administration_logged, sender=LogEntry, dispatch_uid="journal")


def account_subject(user: User) -> str:
    """Return an account as the subject of an entry."""
    return f"account {user.pk}"


def _signed_in(user: User, request: HttpRequest | None = None, **_signal: Any) -> None:
    """Record by which proofs: ``password``, ``mfa totp``, ``socialaccount proconnect``…"""
    records = get_authentication_records(request, user) if request is not None else []
    proofs = [_proof(proof) for proof in records]
    record(Event.SIGN_IN, subject=account_subject(user), user=user, survives_rollback=True, proofs=proofs)


def _proof(proof: dict[str, Any]) -> str:
    return " ".join(str(proof[key]) for key in ("method", "type", "provider") if proof.get(key))


def _signed_out(user: User | None, **_signal: Any) -> None:
    if user is not None:
        record(Event.SIGN_OUT, subject=account_subject(user), user=user)


def _failed(credentials: dict[str, Any], request: HttpRequest | None = None, **_signal: Any) -> None:
    """Record the account that was tried, or else the digest of the name: what was typed may be a password.

    An attempt that came too soon after others was not checked: it is recorded as such.
    """
    event = Event.LOCK_OUT if request is not None and lockout_of(request) else Event.SIGN_IN_FAILED
    name = next((str(credentials[key]) for key in _NAMES if credentials.get(key)), "")
    # One read, whoever exists: the time of the answer tells nothing.
    tried = User.objects.filter(Q(username=name) | Q(email__iexact=name, email__gt="")).first()
    if tried is not None:
        record(event, subject=account_subject(tried), survives_rollback=True)
    else:
        record(event, subject="unknown", survives_rollback=True, name_digest=name_digest(name))


def _password_changed(user: User, **_signal: Any) -> None:
    record(Event.PASSWORD_CHANGED, subject=account_subject(user))


def _password_reset(user: User, **_signal: Any) -> None:
    record(Event.PASSWORD_RESET, subject=account_subject(user))


def _factor_added(user: User, authenticator: Any, **_signal: Any) -> None:
    record(Event.FACTOR_ADDED, subject=account_subject(user), type=str(authenticator.type))


def _factor_removed(user: User, authenticator: Any, **_signal: Any) -> None:
    record(Event.FACTOR_REMOVED, subject=account_subject(user), type=str(authenticator.type))


def _factor_failed(user: User, authenticator: Any = None, **_signal: Any) -> None:
    kind = str(authenticator.type) if authenticator is not None else ""
    record(Event.SIGN_IN_FAILED, subject=account_subject(user), survives_rollback=True, factor=kind)


def _session_ended(instance: UserSession, **_signal: Any) -> None:
    """Record a session that ends from elsewhere; a sign-out records itself."""
    request: HttpRequest | None = current_request()
    session = getattr(request, "session", None)
    if (
        request is not None
        and session is not None
        and session.session_key not in {None, instance.session_key}
    ):
        record(Event.SESSION_ENDED, subject=f"account {instance.user_id}", session=instance.pk)


def _token_created(instance: Token, created: bool, **_signal: Any) -> None:
    if created:
        record(
            Event.TOKEN_CREATED,
            subject=f"account {instance.user_id}",
            token=instance.pk,
            prefix=instance.prefix,
            scope=instance.scope,
            until=instance.expires_at.isoformat(),
        )


def _links_created(links: Iterable[ShareLink], **_signal: Any) -> None:
    """Record what a link opens and until when, never its token."""
    for link in links:
        record(
            Event.LINK_CREATED,
            subject=f"link {link.pk}",
            name=link.title,
            page=link.address[:_QUESTION_LENGTH],
            layers=link.layers,
            until=link.expires_at.isoformat(),
        )


def _form_link_created(link: FormLink, **_signal: Any) -> None:
    """Record which form a link opens and until when, never its token."""
    record(
        Event.LINK_CREATED,
        subject=f"form {link.form.slug}",
        name=link.title,
        until=link.expires_at.isoformat(),
    )


def _form_link_revoked(link: FormLink, **_signal: Any) -> None:
    record(Event.LINK_REVOKED, subject=f"form {link.form.slug}", name=link.title)


def _plan_changed(version: PlanVersion, step: str, detail: dict[str, Any], **_signal: Any) -> None:
    """Record what was done to a version of a plan; the key of a finding says nothing to a reader."""
    values = {name: value for name, value in detail.items() if name not in {"key", "idurba"}}
    record(Event.PLAN, subject=f"plan {version.idurba}", version=version.pk, step=str(step), **values)


def _answer_decided(answer: Answer, **_signal: Any) -> None:
    """Record the decision and the row, never what was answered."""
    record(
        Event.FORM_ANSWER,
        subject=f"form {answer.version.form.slug}",
        answer=answer.pk,
        state=answer.state,
        row=answer.row,
        reason=answer.reason,
    )


def _links_renewed(links: Iterable[ShareLink], **_signal: Any) -> None:
    for link in links:
        until = link.expires_at.isoformat()
        record(Event.LINK_RENEWED, subject=f"link {link.pk}", name=link.title, until=until)


def _links_restored(links: Iterable[ShareLink], **_signal: Any) -> None:
    for link in links:
        record(Event.LINK_RESTORED, subject=f"link {link.pk}", name=link.title)


def _links_revoked(links: Iterable[ShareLink], **_signal: Any) -> None:
    for link in links:
        record(Event.LINK_REVOKED, subject=f"link {link.pk}", name=link.title)


def _view_as_noted(step: str, view_as: ViewAs, page: str, **_signal: Any) -> None:
    """Record who views the portal as whom, why, until when, and each page that they open."""
    record(
        Event.VIEW_AS,
        subject=account_subject(view_as.person),
        user=view_as.manager,
        step=step,
        viewed_as=view_as.person.get_username(),
        reason=view_as.reason,
        page=page,
        until=view_as.until.isoformat(),
    )


def _tokens_revoked(tokens: Iterable[tuple[int, int, str]], **_signal: Any) -> None:
    for pk, user_id, prefix in tokens:
        record(Event.TOKEN_REVOKED, subject=f"account {user_id}", token=pk, prefix=prefix)


def _directory_called(token: DirectoryToken, call: str, status: int, **_signal: Any) -> None:
    """Record a call of a directory with its answer; in a trial, what it would have done."""
    detail: dict[str, Any] = {"call": call, "status": status} | ({"trial": True} if token.is_trial else {})
    record(Event.DIRECTORY, subject=f"directory {token.pk}", survives_rollback=True, **detail)


def _directory_token_written(token: DirectoryToken, step: str, **_signal: Any) -> None:
    """Record what becomes of the token of a directory: its start, its end, its trial, the groups that it may fill."""
    events = {"created": Event.TOKEN_CREATED, "revoked": Event.TOKEN_REVOKED}
    record(
        events.get(step, Event.DIRECTORY),
        subject=f"directory {token.pk}",
        prefix=token.prefix,
        step=step,
        trial=token.is_trial,
        group_names=sorted(token.groups.values_list("name", flat=True)),
        until=token.expires_at.isoformat(),
    )


def _account_left(
    user: User, heir: User | None, counts: dict[str, int], is_merge: bool, **_signal: Any
) -> None:
    """Record to whom what an account owned goes, and how much of each kind."""
    detail: dict[str, Any] = {"heir_id": heir.pk if heir else None, "counts": counts, "merged": is_merge}
    record(Event.ACCOUNT, subject=account_subject(user), left=True, **detail)


def _personal_data_exported(user: User, **_signal: Any) -> None:
    record(Event.PERSONAL_DATA, subject=account_subject(user))


def _emergency_key_used(user: User, **_signal: Any) -> None:
    record(Event.EMERGENCY, subject=account_subject(user))


def _export_sent(
    scope: Scope | RasterScope,
    extension: str,
    rows: int | None,
    question: dict[str, list[str]],
    **_signal: Any,
) -> None:
    """Record what is not open to everybody (an internal layer, protected fields): the question, never the rows."""
    if scope.is_public:
        return
    record(
        Event.EXPORT,
        subject=f"layer {scope.slug}",
        format=extension,
        rows=rows,
        question={name: [value[:_QUESTION_LENGTH] for value in values] for name, values in question.items()},
    )


def _report_followed(report: FeatureReport, before: str, is_answered: bool, **_signal: Any) -> None:
    """Record states and layer, never the words of anybody."""
    record(
        Event.REPORT,
        subject=f"report {report.pk}",
        layer=report.layer,
        before={"state": before},
        after={"state": report.state},
        answered=is_answered,
    )


def _style_published(version: StyleVersion, before: int, **_signal: Any) -> None:
    """Record the numbers of the versions; what they hold is stored with them."""
    record(
        Event.STYLE,
        subject=f"layer {version.layer.slug}",
        before={"version": before},
        after={"version": version.number},
        note=version.note,
    )


def _metadata_changed(layer: Layer, fields: list[str], **_signal: Any) -> None:
    """Record which metadata changed; what they were is in their own history."""
    record(Event.METADATA, subject=f"layer {layer.slug}", fields=fields)


def _check_accepted(acceptance: CheckAcceptance, **_signal: Any) -> None:
    """Record a check that who decides accepts: its code, its version, why."""
    submission = acceptance.submission
    layer, dashboard = submission.layer, submission.dashboard
    record(
        Event.PUBLICATION,
        subject=f"dashboard {dashboard.slug}" if dashboard else f"layer {layer.slug if layer else ''}",
        kind=submission.kind,
        version=submission.version or None,
        check=acceptance.code,
        reason=acceptance.reason,
    )


def _submission_changed(submission: Submission, event: SubmissionEvent, **_signal: Any) -> None:
    """Record a step of what goes online: its state, its version, the instant planned beside that of the entry, why."""
    layer, dashboard = submission.layer, submission.dashboard
    record(
        Event.PUBLICATION,
        subject=f"dashboard {dashboard.slug}" if dashboard else f"layer {layer.slug if layer else ''}",
        kind=submission.kind,
        version=submission.version or None,
        state=event.state,
        planned_at=event.planned_at.isoformat() if event.planned_at else None,
        done_at=event.at.isoformat(),
        reason=event.reason,
    )


def _rows_moderated(steps: Iterable[RowStep], **_signal: Any) -> None:
    """Record each step of rows of a layer: from which state to which, and why."""
    for step in steps:
        record(
            Event.MODERATION,
            subject=f"layer {step.moderated.layer.slug}",
            feature=step.moderated.row,
            step=step.transition,
            before=step.source,
            after=step.target,
            reason=step.reason,
        )


def _version_published(delivery: Delivery, before: int | None, is_restored: bool, **_signal: Any) -> None:
    """Record the numbers of the versions, and whether an older one came back; who did it is of every entry."""
    record(
        Event.VERSION,
        subject=f"layer {delivery.dataset.layer.slug}",
        before={} if before is None else {"version": before},
        after={"version": delivery.number},
        restored=is_restored,
    )


def _delivery_abandoned(delivery: Delivery, **_signal: Any) -> None:
    record(
        Event.VERSION,
        subject=f"layer {delivery.dataset.layer.slug}",
        after={"version": delivery.number},
        abandoned=True,
    )


def _edits_chosen(delivery: Delivery, **_signal: Any) -> None:
    """Record what becomes of rows edited in place when the version goes online."""
    record(
        Event.VERSION,
        subject=f"layer {delivery.dataset.layer.slug}",
        after={"version": delivery.number},
        edits=delivery.edit_choices,
    )


def _editing_changed(dataset: Dataset, before: bool, **_signal: Any) -> None:
    record(
        Event.LAYER,
        subject=f"layer {dataset.layer.slug}",
        before={"is_edited_in_place": before},
        after={"is_edited_in_place": dataset.is_edited_in_place},
    )


def _administration_logged(instance: LogEntry, created: bool, **_signal: Any) -> None:
    """Record what no event of its own tells: the action, the object and the titles of its fields, never its content."""
    if created and not tells_itself(instance):
        kind = instance.content_type
        record(
            Event.ADMINISTRATION,
            subject=f"{kind.app_label}.{kind.model} {instance.object_id}"
            if kind
            else str(instance.object_id),
            action=_ACTIONS.get(instance.action_flag, str(instance.action_flag)),
            fields=changed_titles(instance),
        )
