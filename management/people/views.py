"""The pages of people: their list and its file, what is done to several, the page of a person and of a group."""

from __future__ import annotations

from collections.abc import Iterator
from http import HTTPStatus
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.models import Group
from django.http import HttpRequest, HttpResponse, HttpResponseBase, QueryDict, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from gisportal.accounts.access import managed_groups
from gisportal.accounts.models import tokens_of
from gisportal.accounts.people.changes import (
    apply_plan,
    batches,
    can_undo,
    plan_action,
    renew_account,
    set_managers,
    stored_change,
    undo,
)
from gisportal.accounts.people.queries import (
    PARAMETERS,
    PeopleFilters,
    group_counts,
    page_of_people,
    parse_filters,
    people,
)
from gisportal.accounts.people.team import changeable, team
from gisportal.accounts.sessions.services import open_sessions
from gisportal.accounts.vocabulary import BatchKind
from gisportal.journal.queries import sign_ins_of
from interface.forms import form_errors
from interface.wording import until
from layers.errors import Forbidden, InvalidParameter
from layers.parsing import single_values
from layers.visitor import visitor_of
from management.frame import ManagementView
from management.people.downloads import groups_csv, people_csv
from management.people.forms import ACTIONS, ActionForm, InvitationForm, ManagersForm
from management.people.presenters import (
    address_of,
    change_rows,
    group_choices,
    menus,
    person_row,
    personal_rights,
    query_of,
    rights_of_groups,
    state_choices,
)
from management.reasons.queries import known_accounts
from management.rights.services import MONTHS, months_later

_ROWS = 500


def _file(lines: Iterator[str], name: str) -> HttpResponseBase:
    response = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    response["Cache-Control"] = "private, no-store"
    return response


class PeoplePage(ManagementView):
    """A page of the tab of people."""

    tab = "management:people"

    def filters(self, values: QueryDict) -> PeopleFilters:
        """Return the filters of an address or of a form."""
        return parse_filters({name: values.get(name, "") for name in PARAMETERS})

    def list_page(
        self, filters: PeopleFilters, *, after: str = "", refused: ActionForm | None = None
    ) -> HttpResponse:
        """Render a page of the list, with what was chosen in an action that was ``refused``."""
        visitor = visitor_of(self.request)
        page = page_of_people(people(visitor, filters), after=after)
        counts = group_counts(visitor)
        following = urlencode({"apres": page.next_key}) if page.next_key else ""
        context = {
            "page": page,
            "after": after,
            "rows": [person_row(user, now=visitor.instant) for user in page.rows],
            "filters": filters,
            "query": query_of(filters),
            "states": state_choices(visitor, filters),
            "groups": group_choices(counts, filters),
            "group": next((row for row in counts if row.pk == filters.group), None),
            "all_groups": address_of(PeopleFilters()),
            "menus": menus(visitor, filters),
            "actions": ACTIONS,
            "next_address": "?" + "&".join(part for part in (query_of(filters), following) if part),
            "is_first": not after,
            "faults": form_errors(refused) if refused else [],
            "chosen_action": refused.data.get("action", "") if refused else "",
            "ticked": {pk for pk in self.request.POST.getlist("accounts") if refused},
        }
        status = HTTPStatus.UNPROCESSABLE_ENTITY if refused else HTTPStatus.OK
        return render(self.request, "management/people/list.html", self.frame() | context, status=status)


class PeopleView(PeoplePage):
    """``/gestion/personnes/``: the accounts that the visitor manages."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Render a page of the list."""
        values = single_values(dict(request.GET.lists()), allowed=(*PARAMETERS, "apres"))
        return self.list_page(parse_filters(values), after=values.get("apres", ""))


class PeopleFileView(PeoplePage):
    """``/gestion/personnes.csv``: the whole filtered list."""

    def get(self, request: HttpRequest) -> HttpResponseBase:
        """Stream the file."""
        values = single_values(dict(request.GET.lists()), allowed=PARAMETERS)
        rows = people(visitor_of(request), parse_filters(values)).prefetch_related("groups")
        return _file(people_csv(rows.iterator(chunk_size=_ROWS)), "personnes")


class GroupsFileView(PeoplePage):
    """``/gestion/groupes.csv``: the groups that the visitor manages, with members, managers and accesses."""

    def get(self, request: HttpRequest) -> HttpResponseBase:
        """Send the file."""
        single_values(dict(request.GET.lists()), allowed=())
        return _file(groups_csv(visitor_of(request)), "groupes")


class ActionView(PeoplePage):
    """``/gestion/personnes/action/``: what an action does to chosen accounts, then doing it."""

    def post(self, request: HttpRequest) -> HttpResponse:
        """Render the preview, or do it when the form says so."""
        visitor = visitor_of(request)
        form = ActionForm(
            self._sent(request), groups=managed_groups(visitor), accounts=team(visitor), auto_id="%s"
        )
        if not form.is_valid():
            return self.list_page(
                self.filters(request.POST), after=request.POST.get("apres", ""), refused=form
            )
        chosen = (
            form.cleaned_data["accounts"].prefetch_related("groups").order_by("last_name", "first_name", "pk")
        )
        plan = plan_action(
            visitor, BatchKind(form.cleaned_data["action"]), chosen, form.cleaned_data["group"]
        )
        if request.POST.get("apply") and plan.changes:
            batch = apply_plan(visitor, plan)
            return redirect("management:people-batch", batch.pk)
        is_about_group = plan.kind in {BatchKind.JOIN, BatchKind.LEAVE}
        context = {
            "plan": plan,
            "rows": change_rows(plan.changes),
            "group": form.cleaned_data["group"] if is_about_group else None,
            "return_address": address_of(self.filters(request.POST)),
            "filters": {name: request.POST.get(name, "") for name in PARAMETERS},
        }
        return render(request, "management/people/preview.html", self.frame() | context)

    def _sent(self, request: HttpRequest) -> QueryDict:
        """Return what was sent, with every account of the filtered list when the form says all of them."""
        sent = request.POST.copy()
        if sent.get("all"):
            rows = people(visitor_of(request), self.filters(request.POST))
            sent.setlist("accounts", [str(pk) for pk in rows.values_list("pk", flat=True)])
        return sent


class BatchView(PeoplePage):
    """``/gestion/personnes/lots/{pk}/``: what was done to several accounts, and undoing it."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Render what was done."""
        batch = get_object_or_404(batches(visitor_of(request)), pk=pk)
        changes = [stored_change(change) for change in batch.changes]
        context = {
            "batch": batch,
            "rows": change_rows(changes),
            "can_undo": can_undo(batch, at=visitor_of(request).instant),
        }
        return render(request, "management/people/batch.html", self.frame() | context)

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Undo it."""
        visitor = visitor_of(request)
        undone = undo(visitor, get_object_or_404(batches(visitor), pk=pk))
        text = (
            ngettext("%d compte remis comme avant.", "%d comptes remis comme avant.", undone.count)
            % undone.count
        )
        messages.success(request, text)
        if undone.left_as_is:
            words = _("Changés depuis, laissés tels quels : %s.") % ", ".join(undone.left_as_is)
            messages.warning(request, words)
        return redirect("management:people-batch", pk)


class InvitationView(PeoplePage):
    """``/gestion/personnes/inviter/``: one newcomer; a file invites more."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Render the form; ``groupe`` chooses the group."""
        values = single_values(dict(request.GET.lists()), allowed=("groupe",))
        return self._render(
            request, InvitationForm(visitor=visitor_of(request), initial={"group": values.get("groupe")})
        )

    def post(self, request: HttpRequest) -> HttpResponse:
        """Invite, or say what is wrong."""
        form = InvitationForm(request.POST, visitor=visitor_of(request))
        plan = form.plan() if form.is_valid() else None
        if plan is None:
            return self._render(request, form, HTTPStatus.UNPROCESSABLE_ENTITY)
        batch = apply_plan(visitor_of(request), plan)
        return redirect("management:people-batch", batch.pk)

    def _render(
        self, request: HttpRequest, form: InvitationForm, status: HTTPStatus = HTTPStatus.OK
    ) -> HttpResponse:
        context = {"form": form, "faults": form_errors(form)}
        return render(request, "management/people/invitation.html", self.frame() | context, status=status)


class PersonView(PeoplePage):
    """``/gestion/personnes/{pk}/``: an account, what each group gives it, its sign-ins and tokens."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Render the page."""
        visitor = visitor_of(request)
        user = get_object_or_404(people(visitor, PeopleFilters()).prefetch_related("groups"), pk=pk)
        groups = sorted(user.groups.all(), key=lambda group: group.name)
        managed = set(managed_groups(visitor).values_list("pk", flat=True))
        rights = rights_of_groups(visitor, [group for group in groups if group.pk in managed])
        context = {
            "row": person_row(user, now=visitor.instant),
            "account": user,
            "groups": [(group, rights.get(group.pk), group.pk in managed) for group in groups],
            "personal_rights": personal_rights(visitor, user),
            "has_access_page": known_accounts(visitor).filter(pk=pk).exists(),
            "other_groups": managed_groups(visitor)
            .exclude(pk__in=[group.pk for group in groups])
            .order_by("name"),
            "tokens": tokens_of(user),
            "sessions": open_sessions(user).count(),
            "sign_ins": sign_ins_of(user.pk),
            "is_changeable": changeable(visitor).filter(pk=pk).exists(),
            "joins": BatchKind.JOIN,
            "months": MONTHS,
            "is_administrator": visitor.is_administrator,
        }
        return render(request, "management/people/person.html", self.frame() | context)


class AccountRenewalView(PeoplePage):
    """``/gestion/personnes/{pk}/prolonger/``: an account that ends lasts some months more; for administrators."""

    http_method_names = ["post", "options"]
    is_for_administrators = True

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Renew it, from its end or from today where that is over.

        Raises:
            Http404: the visitor may not change such an account.
            InvalidParameter: no such number of months is offered.
        """
        visitor, months = visitor_of(request), request.POST.get("months", "")
        user = get_object_or_404(changeable(visitor), pk=pk)
        if months not in map(str, MONTHS):
            raise InvalidParameter(_("Une durée de 1, 3, 6 ou 12 mois est attendue."), parameter="months")
        start = max(user.ends_at or visitor.instant, visitor.instant)
        end = months_later(timezone.localtime(start), int(months))
        renew_account(visitor, user, until=end)
        messages.success(request, _("Le compte finit maintenant le %s.") % until(end))
        return redirect("management:person", pk)


class GroupView(PeoplePage):
    """``/gestion/groupes/{pk}/``: members, managers, and what the group covers."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Render the page."""
        group = get_object_or_404(managed_groups(visitor_of(request)), pk=pk)
        names = (
            group.managers.select_related("user")
            .order_by("user__username")
            .values_list("user__username", flat=True)
        )
        return self._render(request, group, ManagersForm(initial={"managers": "\n".join(names)}))

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Write the managers, which administrators alone choose."""
        visitor = visitor_of(request)
        group = get_object_or_404(managed_groups(visitor), pk=pk)
        if not visitor.is_administrator:
            raise Forbidden(
                _("Les gestionnaires d’un groupe sont choisis par un administrateur."), parameter="managers"
            )
        form = ManagersForm(request.POST)
        if not form.is_valid():
            return self._render(request, group, form, HTTPStatus.UNPROCESSABLE_ENTITY)
        set_managers(group=group, users=form.cleaned_data["managers"])
        messages.success(request, _("Les gestionnaires du groupe sont enregistrés."))
        return redirect("management:group", group.pk)

    def _render(
        self, request: HttpRequest, group: Group, form: ManagersForm, status: HTTPStatus = HTTPStatus.OK
    ) -> HttpResponse:
        visitor = visitor_of(request)
        filters = PeopleFilters(group=group.pk)
        members = people(visitor, filters).prefetch_related("groups")[:_ROWS]
        context = {
            "group": group,
            "form": form,
            "faults": form_errors(form),
            "members": [person_row(user, now=visitor.instant) for user in members],
            "member_count": group.user_set.count(),
            "managers": [manager.user for manager in group.managers.select_related("user")],
            "rights": rights_of_groups(visitor, [group])[group.pk],
            "permission_count": group.permissions.count(),
            "list_address": address_of(filters),
            "invitation_address": f"{reverse('management:people-invitation')}?{urlencode({'groupe': group.pk})}",
            "leaves": BatchKind.LEAVE,
            "is_administrator": visitor.is_administrator,
        }
        return render(request, "management/people/group.html", self.frame() | context, status=status)
