"""The views of the map that a person keeps: a part of the panel for htmx, a page of its own otherwise."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.views import View

from explorer.models import SavedView
from explorer.saved_views.forms import SavedViewForm, SavedViewTitleForm
from explorer.saved_views.queries import saved_view, saved_views
from explorer.saved_views.services import delete_view, rename_view, save_view
from interface.requests import is_fragment, parameters_of
from layers.parsing import single_values
from layers.visitor import visitor_of


class SavedViewListView(View):
    """The list, and the form that keeps another view."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Ask who is there first: views belong to somebody."""
        if visitor_of(request).user_id:
            return super().dispatch(request, *args, **kwargs)
        return self.answer(request) if is_fragment(request) else redirect_to_login(request.get_full_path())

    def get(self, request: HttpRequest) -> HttpResponse:
        """Render the list."""
        single_values(parameters_of(request), known=())
        return self.answer(request)

    def post(self, request: HttpRequest) -> HttpResponse:
        """Keep the view that is sent."""
        form = SavedViewForm(request.POST)
        if not form.is_valid():
            return self.answer(request, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
        if save_view(visitor=visitor_of(request), **form.cleaned_data) is None:
            form.add_error("title", _("Vous avez trop de vues : supprimez-en une d’abord."))
            return self.answer(request, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
        return self.done(request, _("Vue enregistrée."))

    def done(self, request: HttpRequest, said: str) -> HttpResponse:
        """Say what was done: in place for htmx, on the page of the views otherwise."""
        if is_fragment(request):
            return self.answer(request, said=said)
        messages.success(request, said)
        return redirect("explorer:saved-views")

    def answer(
        self,
        request: HttpRequest,
        form: SavedViewTitleForm | None = None,
        *,
        said: str = "",
        status: HTTPStatus = HTTPStatus.OK,
    ) -> HttpResponse:
        """Render the list, with the form that was refused if there is one."""
        context = {"saved": saved_views(visitor_of(request)), "view_form": form, "said": said}
        template = (
            "explorer/saved_views/pane.html" if is_fragment(request) else "explorer/saved_views/page.html"
        )
        response = render(request, template, context, status=status)
        patch_vary_headers(response, ["HX-Request"])
        return response


class SavedViewDetailView(SavedViewListView):
    """One view: another name for it."""

    http_method_names = ["post", "options"]

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:  # type: ignore[override]  # one view has a number
        """Give the view another title, and render the list."""
        view, form = self.find(request, pk), SavedViewTitleForm(request.POST)
        if not form.is_valid():
            return self.answer(request, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
        if not rename_view(view=view, title=form.cleaned_data["title"]):
            form.add_error("title", _("Une autre de vos vues porte déjà ce nom."))
            return self.answer(request, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
        return self.done(request, _("Vue renommée."))

    def find(self, request: HttpRequest, pk: int) -> SavedView:
        """Return the visitor's own view.

        Raises:
            Http404: they have none of that number.
        """
        view = saved_view(visitor_of(request), pk)
        if view is None:
            raise Http404
        return view


class SavedViewDeleteView(SavedViewDetailView):
    """The button that deletes a view."""

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:  # type: ignore[override]  # one view has a number
        """Delete the view, and render the list."""
        delete_view(view=self.find(request, pk))
        return self.done(request, _("Vue supprimée."))
