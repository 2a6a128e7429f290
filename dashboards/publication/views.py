"""The pages of publication: publish, withdraw, readers, versions. They need no script."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.cache import never_cache

from dashboards import access
from dashboards.documents.includes import stored_document
from dashboards.errors import EditConflict, InvalidDocument, NothingToPublish
from dashboards.filters.parsing import version_number
from dashboards.forms import revision_of
from dashboards.models import Dashboard
from dashboards.publication.audience import (
    AudienceForm,
    audience_choices,
    audience_values,
    readers_words,
    unchecked_readers,
    unseen_panels,
    visible_including,
)
from dashboards.publication.presenters import (
    add_audience_refusal,
    changes_context,
    publish_context,
    versions_context,
)
from dashboards.publication.purpose import DashboardPublicationForm, PurposeForm
from dashboards.services.dashboards import document_with_metadata, metadata_of, set_metadata, set_purpose
from dashboards.services.versions import plan_withdrawal, planned_end, publish, restore_version, withdraw
from interface.forms import form_errors
from interface.requests import parameters_of
from interface.wording import instant
from layers.errors import status_of
from layers.parsing import single_values
from layers.visitor import Visitor, visitor_of
from publication.errors import InvalidInstant, NotSubmittable
from publication.forms import PlanForm, plan_values

OLD, NEW = "de", "a"


@method_decorator(never_cache, name="dispatch")
class EditedDashboardView(View):
    """What the pages about one dashboard share: it is found first, for who may change it."""

    visitor: Visitor
    dashboard: Dashboard

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Find the dashboard."""
        self.visitor = visitor_of(request)
        self.dashboard = access.get_editable(self.visitor, kwargs.pop("dashboard"))
        return super().dispatch(request, *args, **kwargs)


class PublishDashboardView(EditedDashboardView):
    """``…/publier/``: what publishing changes and who will see it, then it is done."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Show what changes."""
        single_values(parameters_of(request), allowed=())
        return self._page(request, self._form())

    def post(self, request: HttpRequest) -> HttpResponse:
        """Publish the draft, and show it."""
        form = self._form(request.POST)
        if not form.is_valid():
            return self._page(request, form, status=422)
        try:
            return self._published(request, form)
        except NotSubmittable as error:
            return self._page(request, form, refusal=error.detail, status=422)
        except (NothingToPublish, InvalidDocument) as error:
            return self._page(request, form, refusal=_(error.title), status=422)
        except EditConflict as error:
            self.dashboard = access.get_editable(self.visitor, self.dashboard.slug)
            message = _(
                "Quelqu’un a changé ce tableau de bord entre-temps. Relisez ce qui change, puis publiez."
            )
            return self._page(request, form, refusal=message, status=status_of(error))

    def _form(self, *values: Any) -> DashboardPublicationForm:
        return DashboardPublicationForm(*values, dashboard=self.dashboard, visitor=self.visitor)

    def _published(self, request: HttpRequest, form: DashboardPublicationForm) -> HttpResponse:
        """Publish the draft, and show it to its maker as its readers see it."""
        made = publish(
            dashboard=self.dashboard,
            expected=revision_of(request),
            visitor=self.visitor,
            note=form.cleaned_data["note"],
            purpose=form.purpose(),
        )
        if made.draft is not None:
            messages.success(
                request, _("La version %d attend qu’une autre personne l’approuve.") % made.draft.number
            )
            return redirect("dashboards:versions", made.slug)
        numbers = {"number": made.published.number if made.published else 0, "readers": readers_words(made)}
        messages.success(request, _("La version %(number)d est publiée. Qui la voit : %(readers)s") % numbers)
        return redirect("dashboards:dashboard", made.slug)

    def _page(
        self, request: HttpRequest, form: DashboardPublicationForm, *, refusal: str = "", status: int = 200
    ) -> HttpResponse:
        context = publish_context(self.dashboard, self.visitor, form, refusal=refusal)
        return render(request, "dashboards/publication/publish.html", context, status=status)


class PublicationChangesView(EditedDashboardView):
    """``…/changements/``: what publishing changes, as a part of a page for the builder."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Show what changes."""
        single_values(parameters_of(request), allowed=())
        return render(
            request, "dashboards/publication/changes.html", changes_context(self.dashboard, is_brief=True)
        )


class WithdrawView(EditedDashboardView):
    """``…/retirer/``: only its makers see the dashboard any more, now or from a date; nothing is lost."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Say what withdrawing does."""
        end = planned_end(self.dashboard)
        form = PlanForm(initial=plan_values(starts_at=None, ends_at=end), has_start=False)
        return self._page(request, form, end=end)

    def _page(
        self, request: HttpRequest, form: PlanForm, *, end: dt.datetime | None, status: int = 200
    ) -> HttpResponse:
        context = {
            "dashboard": self.dashboard,
            "readers": readers_words(self.dashboard),
            "included": visible_including(self.dashboard, self.visitor),
            "form": form,
            "faults": form_errors(form),
            "planned_words": _end_words(end) if end else "",
        }
        return render(request, "dashboards/publication/withdraw.html", context, status=status)

    def post(self, request: HttpRequest) -> HttpResponse:
        """Withdraw it, or set when it will be."""
        if request.POST.get("action") == "date":
            return self._plan(request)
        made = withdraw(dashboard=self.dashboard, expected=revision_of(request), visitor=self.visitor)
        messages.success(request, _("« %s » n’est plus publié : c’est un brouillon.") % made.title)
        return redirect("dashboards:dashboard", made.slug)

    def _plan(self, request: HttpRequest) -> HttpResponse:
        form = PlanForm(request.POST, has_start=False)
        if form.is_valid():
            try:
                ends_at = form.cleaned_data["ends_at"]
                plan_withdrawal(dashboard=self.dashboard, visitor=self.visitor, ends_at=ends_at)
            except InvalidInstant as error:
                form.add_error("ends_day", error.detail)
        if not form.is_valid():
            return self._page(request, form, end=planned_end(self.dashboard), status=422)
        messages.success(request, _end_words(ends_at) if ends_at else _("Aucun retrait n’est prévu."))
        return redirect("dashboards:withdraw", self.dashboard.slug)


def _end_words(at: dt.datetime) -> str:
    return _("Retrait prévu : %s.") % instant(at)


class PurposeView(EditedDashboardView):
    """``…/finalite/``: the decision that the dashboard serves, and the part of a plan that it follows."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Render the form."""
        single_values(parameters_of(request), allowed=())
        return self._page(request, PurposeForm(dashboard=self.dashboard, visitor=self.visitor))

    def post(self, request: HttpRequest) -> HttpResponse:
        """Write it, at once."""
        form = PurposeForm(request.POST, dashboard=self.dashboard, visitor=self.visitor)
        if not form.is_valid():
            return self._page(request, form, status=422)
        try:
            made = set_purpose(
                dashboard=self.dashboard,
                purpose=form.purpose(),
                expected=revision_of(request),
                visitor=self.visitor,
            )
        except EditConflict as error:
            form.add_error(
                None, _("Quelqu’un a changé ce tableau de bord entre-temps. Vérifiez, puis enregistrez.")
            )
            self.dashboard = access.get_editable(self.visitor, self.dashboard.slug)
            return self._page(request, form, status=status_of(error))
        messages.success(request, _("La finalité est enregistrée."))
        return redirect("dashboards:dashboard", made.slug)

    def _page(self, request: HttpRequest, form: PurposeForm, *, status: int = 200) -> HttpResponse:
        context = {"dashboard": self.dashboard, "form": form, "faults": form_errors(form)}
        return render(request, "dashboards/publication/purpose.html", context, status=status)


class AudienceView(EditedDashboardView):
    """``…/lecteurs/``: readers, producing group, theme and commune of the dashboard."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Render the form."""
        single_values(parameters_of(request), allowed=())
        document = document_with_metadata(stored_document(self.dashboard), self.dashboard)
        form = AudienceForm(
            form_choices=audience_choices(self.dashboard, self.visitor),
            initial=audience_values(document, is_requestable=self.dashboard.is_requestable),
        )
        return self._page(request, form)

    def post(self, request: HttpRequest) -> HttpResponse:
        """Write it, in force at once; ``puis`` continues to the publication."""
        form = AudienceForm(request.POST, form_choices=audience_choices(self.dashboard, self.visitor))
        status = self._written(form, revision_of(request)) if form.is_valid() else 422
        if form.errors:
            return self._page(request, form, status=status)
        messages.success(request, _("C’est enregistré, et en vigueur dès maintenant."))
        goes_on = request.POST.get("puis") == "publier"
        return redirect("dashboards:publish" if goes_on else "dashboards:audience", self.dashboard.slug)

    def _written(self, form: AudienceForm, revision: int) -> int:
        """Write the readers; a refusal is shown in the form, and its status returned."""
        document = form.document(stored_document(self.dashboard))
        try:
            metadata = metadata_of(document, self.visitor)
            set_metadata(
                dashboard=self.dashboard,
                metadata=metadata,
                is_requestable=form.cleaned_data["is_requestable"],
                expected=revision,
                visitor=self.visitor,
            )
        except InvalidDocument as error:
            add_audience_refusal(form, error)
            return 422
        except EditConflict as error:
            message = _("Quelqu’un a changé ce tableau de bord entre-temps. Vérifiez, puis enregistrez.")
            form.add_error(None, message)
            self.dashboard = access.get_editable(self.visitor, self.dashboard.slug)
            return status_of(error)
        return 302

    def _page(self, request: HttpRequest, form: AudienceForm, *, status: int = 200) -> HttpResponse:
        document = stored_document(self.dashboard)
        context = {
            "dashboard": self.dashboard,
            "form": form,
            "faults": form_errors(form),
            "readers": readers_words(self.dashboard),
            "unchecked": unchecked_readers(self.dashboard),
            "unseen": unseen_panels(self.dashboard, document, self.visitor),
        }
        return render(request, "dashboards/publication/audience.html", context, status=status)


class DashboardVersionsView(EditedDashboardView):
    """``…/versions/``: every version; ``de`` and ``a`` are the two that are compared."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Show the list, and what one version changes of another."""
        parameters = single_values(parameters_of(request), allowed=(OLD, NEW))
        pair = (
            (version_number(parameters.get(OLD, "")), version_number(parameters.get(NEW, "")))
            if parameters
            else None
        )
        context = versions_context(self.dashboard, pair)
        return render(request, "dashboards/publication/versions.html", context)


class RestoreVersionView(EditedDashboardView):
    """The button that brings a version back as a draft."""

    http_method_names = ["post", "options"]

    def post(self, request: HttpRequest, number: int) -> HttpResponse:
        """Bring it back, and show the draft that it became."""
        made = restore_version(
            dashboard=self.dashboard, number=number, expected=revision_of(request), visitor=self.visitor
        )
        draft = made.draft.number if made.draft else 0
        messages.success(
            request,
            _(
                "La version %(number)d est reprise : c’est le brouillon %(draft)d. Publiez-le pour qu’il paraisse."
            )
            % {"number": number, "draft": draft},
        )
        return redirect("dashboards:publish", made.slug)
