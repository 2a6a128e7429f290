"""``/moderation/``: the queue of each layer and one row in detail; ``/contributions/``: what an account wrote."""

from __future__ import annotations

from collections.abc import Iterator
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.contrib.auth.mixins import AccessMixin
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views import View

from interface.forms import FormError
from interface.map_config import features_map_config
from interface.requests import filled, parameters_of
from interface.titles import feature_title
from interface.wording import number
from layers import access
from layers.access import Scope
from layers.errors import InvalidParameter, LayersError, UnknownFeature, UnknownLayer, status_of
from layers.parsing import single_values
from layers.services.features import Expected
from layers.visitor import visitor_of
from moderation import presenters, queries
from moderation.changes import accept_change, refuse_change, take_back_change, waiting_changes
from moderation.errors import InvalidTransition, RefusedRows
from moderation.services import decide, perform_many, preview_many, send_message
from moderation.undo import forget, last_decision_of, remember, undo_decision

MAX_DECISIONS = 200


class AccountView(AccessMixin, View):
    """A page of who has an account; others sign in first."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Let in who signed in."""
        if visitor_of(request).is_anonymous:
            return self.handle_no_permission()
        return super().dispatch(request, *args, **kwargs)


class LayersView(AccountView):
    """The layers that the visitor moderates, with what waits of each; one alone opens its queue."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Render the page.

        Raises:
            UnknownLayer: they moderate none.
        """
        single_values(parameters_of(request), allowed=())
        rows = list(queries.waiting(visitor_of(request)))
        if not rows:
            raise UnknownLayer("moderation")
        if len(rows) == 1:
            return redirect("moderation:queue", rows[0].scope.slug)
        return _rendered(request, "moderation/layers.html", {"rows": rows})


class QueueView(AccountView):
    """What waits in a layer, with its map, and decisions on several rows."""

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        """Render a page of the queue; absent for who moderates nothing there."""
        return self._page(request, queries.approving_scope(visitor_of(request), slug))

    def post(self, request: HttpRequest, slug: str) -> HttpResponse:
        """Show what a decision would make of the rows that were chosen; take it, together or not at all."""
        scope = queries.approving_scope(visitor_of(request), slug)
        name, reason = request.POST.get("name", ""), request.POST.get("reason", "")
        is_confirmed = request.POST.get("confirme") == "oui"
        decide_of = perform_many if is_confirmed else preview_many
        try:
            rows = list(_chosen(request))
            steps = decide_of(scope=scope, rows=rows, name=name, reason=reason)
        except RefusedRows as error:
            faults = [
                FormError(each.detail, f"row-{pk}", _("Objet %d") % pk) for pk, each in error.faults.items()
            ]
            return self._page(request, scope, faults, status_of(error))
        except LayersError as error:
            return self._page(request, scope, [FormError(error.detail)], status_of(error))
        if not is_confirmed:
            context = {
                "scope": scope,
                "step": presenters.step_title(scope, name),
                "name": name,
                "reason": reason.strip(),
                "rows": presenters.decision_lines(scope, steps),
                "values": request.POST.getlist("rows"),
                "question": _question(request, scope).query(),
            }
            return _rendered(request, "moderation/preview.html", context)
        words = ngettext("%s objet décidé.", "%s objets décidés.", len(steps)) % number(len(steps))
        remember(request.session, scope, steps, words)
        messages.success(request, words)
        return redirect(f"{request.get_full_path()}#file")

    def _page(
        self,
        request: HttpRequest,
        scope: Scope,
        faults: list[FormError] | None = None,
        status: HTTPStatus = HTTPStatus.OK,
    ) -> HttpResponse:
        visitor, question = visitor_of(request), _question(request, scope)
        page = queries.queue_page(scope, question, at=visitor.instant)
        rows = list(page.object_list)
        is_located = scope.definition.geometry.is_located and rows
        address = presenters.features_address(scope, [row.pk for row in rows]) if is_located else ""
        context = {
            "scope": scope,
            "page": page,
            "question": question,
            "previous": question.query(page=page.number - 1),
            "next": question.query(page=page.number + 1),
            "rows": presenters.queue_rows(scope, rows, question),
            "choices": presenters.queue_choices(scope, question, at=visitor.instant),
            "steps": (steps := presenters.step_buttons(presenters.bulk_steps(scope))),
            "shortcuts": presenters.shortcuts(steps, is_list=True),
            "undo": last_decision_of(request.session, scope),
            "map": features_map_config(address) if address else None,
            "faults": faults,
            "chosen": request.POST.getlist("rows"),
            "reason": request.POST.get("reason", ""),
        }
        return _rendered(request, "moderation/queue.html", context, status)


class RowView(AccountView):
    """A row: its state, what may be done with it, its changes, its messages and its history."""

    def get(self, request: HttpRequest, slug: str, pk: int) -> HttpResponse:
        """Render the page, for its author and who approves it."""
        return _row_page(request, access.scope(visitor_of(request), slug), pk)


class StepView(AccountView):
    """A step with one row."""

    def get(self, request: HttpRequest, slug: str, pk: int) -> HttpResponse:
        """Go to the page of the row."""
        return redirect("moderation:row", slug, pk)

    def post(self, request: HttpRequest, slug: str, pk: int) -> HttpResponse:
        """Take the step, then show the next row that waits, or the row itself to its author."""
        scope = access.scope(visitor_of(request), slug)
        own = queries.own_row(scope, pk)
        name, reason = request.POST.get("name", ""), request.POST.get("reason", "")
        try:
            version = _expected(request.POST.get("version"))
            step = decide(scope=scope, pk=pk, name=name, reason=reason, expected=version)
        except LayersError as error:
            return _row_page(request, scope, pk, error)
        if own.is_approver:
            title = presenters.step_title(scope, name)
            words = _("%(title)s : %(text)s") % {"title": title, "text": feature_title(scope, own.row)}
            remember(request.session, scope, [step], words)
        messages.success(request, _("C’est fait."))
        return _next_page(request, own)


class UndoView(AccountView):
    """The last decision of a session on rows of a layer, undone."""

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        """Go to the queue."""
        return redirect("moderation:queue", slug)

    def post(self, request: HttpRequest, slug: str) -> HttpResponse:
        """Give the rows back the state of before, and say how many stay as they are."""
        scope = queries.approving_scope(visitor_of(request), slug)
        forget(request.session)
        undone = undo_decision(scope=scope, key=request.POST.get("annuler", ""))
        words = ngettext(
            "%s objet remis dans son état d’avant.", "%s objets remis dans leur état d’avant.", undone.count
        )
        messages.success(request, words % number(undone.count))
        if undone.remaining:
            words = ngettext(
                "%s objet a changé entre-temps : il reste comme il est.",
                "%s objets ont changé entre-temps : ils restent comme ils sont.",
                undone.remaining,
            )
            messages.warning(request, words % number(undone.remaining))
        return redirect(f"{reverse('moderation:queue', args=[slug])}#file")


class MessageView(AccountView):
    """A message on a row."""

    def get(self, request: HttpRequest, slug: str, pk: int) -> HttpResponse:
        """Go to the page of the row."""
        return redirect("moderation:row", slug, pk)

    def post(self, request: HttpRequest, slug: str, pk: int) -> HttpResponse:
        """Write it, and go back to the messages."""
        scope = access.scope(visitor_of(request), slug)
        queries.own_row(scope, pk)
        try:
            send_message(scope=scope, pk=pk, text=request.POST.get("text", ""))
        except LayersError as error:
            return _row_page(request, scope, pk, error, target="message-text")
        messages.success(request, _("Message envoyé."))
        return redirect(f"{_address(request, slug, pk)}#messages")


class ChangeView(AccountView):
    """A decision on a change of a public row."""

    def get(self, request: HttpRequest, slug: str, pk: int, change: int) -> HttpResponse:
        """Go to the page of the row."""
        return redirect("moderation:row", slug, pk)

    def post(self, request: HttpRequest, slug: str, pk: int, change: int) -> HttpResponse:
        """Accept it, refuse it, or take it back."""
        scope = access.scope(visitor_of(request), slug)
        own = queries.own_row(scope, pk)
        action, reason = request.POST.get("action", ""), request.POST.get("reason", "")
        try:
            if action == "accept":
                accept_change(scope=scope, pk=pk, change=change, reason=reason)
            elif action == "refuse":
                refuse_change(scope=scope, pk=pk, change=change, reason=reason)
            elif action == "take-back":
                take_back_change(scope=scope, pk=pk)
            else:
                raise InvalidTransition(
                    _("Aucune étape ne s’appelle « %s ».") % action[:40], parameter="action"
                )
        except LayersError as error:
            return _row_page(request, scope, pk, error, target=f"change-reason-{change}")
        messages.success(request, _("C’est fait."))
        return _next_page(request, own)


class ContributionsView(AccountView):
    """What the visitor wrote in moderated layers: its state, the reasons and the messages."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Render a page of contributions, the last that moved first."""
        values = single_values(filled(parameters_of(request)), allowed=("page",))
        text = values.get("page", "1")
        if not (text.isascii() and text.isdecimal() and len(text) < 8):
            raise InvalidParameter(_("page attend un nombre ; reçu « %s ».") % text[:20], parameter="page")
        page, rows = queries.contributions(visitor_of(request), int(text))
        context = {"page": page, "rows": presenters.contribution_rows(rows)}
        return _rendered(request, "moderation/contributions.html", context)


def _rendered(
    request: HttpRequest, template: str, context: dict[str, Any], status: HTTPStatus = HTTPStatus.OK
) -> HttpResponse:
    response = render(request, template, context, status=status)
    response["Cache-Control"] = "private, no-store"
    return response


def _row_page(
    request: HttpRequest, scope: Scope, pk: int, error: LayersError | None = None, *, target: str = "reason"
) -> HttpResponse:
    """Render the page of a row, with what was typed and why it was refused."""
    own = queries.own_row(scope, pk)
    is_located = scope.definition.geometry.is_located
    address = presenters.features_address(scope, [pk]) if is_located else ""
    faults = [] if error is None else [FormError(error.detail, target if error.parameter else "", _("Motif"))]
    context = presenters.row_context(own)
    if own.is_approver:
        question = _question(request, scope)
        since = own.followed.since if own.followed else None
        context |= {
            "question": question.query(),
            "around": queries.queue_neighbours(scope, question, pk, since, at=scope.visitor.instant),
            "shortcuts": presenters.shortcuts(context["steps"], is_list=False),
            "undo": last_decision_of(request.session, scope),
        }
    context |= {
        "changes": presenters.change_panels(scope, waiting_changes(scope, pk)),
        "map": features_map_config(address) if address else None,
        "faults": faults,
        "reason": request.POST.get("reason", ""),
        "text": request.POST.get("text", ""),
    }
    status = HTTPStatus.OK if error is None else status_of(error)
    return _rendered(request, "moderation/row.html", context, status)


def _question(request: HttpRequest, scope: Scope) -> queries.QueueFilter:
    values = single_values(filled(parameters_of(request)), allowed=queries.PARAMETERS)
    return queries.parse_queue(scope, values)


def _next_page(request: HttpRequest, own: queries.OwnRow) -> HttpResponse:
    """Go to the next row of the queue, to the queue when it is empty; an author stays on the row while it is theirs."""
    scope, pk = own.scope, own.row.pk
    if own.is_approver:
        fresh = access.scope(visitor_of(request), scope.slug)
        question = _question(request, fresh)
        following = queries.row_after(fresh, question, pk, at=visitor_of(request).instant)
        if following is not None:
            address = reverse("moderation:row", args=[scope.slug, following])
            return redirect(f"{address}{question.query()}#objet")
        return redirect(f"{reverse('moderation:queue', args=[scope.slug])}{question.query()}#file")
    try:
        queries.own_row(access.scope(visitor_of(request), scope.slug), pk)
    except UnknownFeature:
        return redirect("moderation:contributions")
    return redirect("moderation:row", scope.slug, pk)


def _address(request: HttpRequest, slug: str, pk: int) -> str:
    query = request.META.get("QUERY_STRING", "")
    return f"{reverse('moderation:row', args=[slug, pk])}{f'?{query}' if query else ''}"


def _chosen(request: HttpRequest) -> Iterator[tuple[int, Expected]]:
    """Yield the rows that a form chose, each with the version that the page was made of.

    Raises:
        InvalidParameter: none, too many, or one that is no row and version.
    """
    texts = request.POST.getlist("rows")
    if not 0 < len(texts) <= MAX_DECISIONS:
        raise InvalidParameter(_("Choisissez de 1 à %d objets.") % MAX_DECISIONS, parameter="rows")
    for text in texts:
        pk, _colon, version = text.partition(":")
        if not (pk.isascii() and pk.isdecimal() and len(pk) < 19 and version):
            raise InvalidParameter(_("« %s » ne désigne aucun objet.") % text[:40], parameter="rows")
        yield int(pk), _expected(version)


def _expected(version: str | None) -> Expected:
    return frozenset({version}) if version else None
