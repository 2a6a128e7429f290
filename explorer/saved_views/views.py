"""Pages of saved views: save a view of the map, rename it, delete it."""

from __future__ import annotations

import re
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlencode

from django import forms
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View

from explorer.map_state.parsing import parse_map
from explorer.models import ADDRESS_MAX, SavedView
from explorer.saved_views.services import delete_view, rename_view, save_view, saved_view
from interface.requests import is_fragment, parameters_of
from layers.errors import LayersError
from layers.parsing import single_values
from layers.visitor import visitor_of

if TYPE_CHECKING:
    Base = forms.ModelForm[SavedView]
else:
    Base = forms.ModelForm

MAX_PARAMETERS = 2_000
_CAMERA = re.compile(r"\d{1,2}(\.\d+)?/-?\d{1,2}(\.\d+)?/-?\d{1,3}(\.\d+)?", re.ASCII)


class SavedViewTitleForm(Base):
    """The name of a view."""

    class Meta:
        model = SavedView
        fields = ["title"]
        labels = {"title": gettext_lazy("Nom de la vue")}
        error_messages = {"title": {"required": gettext_lazy("Donnez un nom à la vue.")}}
        widgets = {"title": forms.TextInput(attrs={"class": "input", "autocomplete": "off"})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **({"use_required_attribute": False} | kwargs))


class SavedViewForm(SavedViewTitleForm):
    """A view to save: its name, and the present address of the map."""

    class Meta(SavedViewTitleForm.Meta):
        fields = ["title", "address"]

    def clean_address(self) -> str:
        """Accept an address only when the map can open it again."""
        query, _sharp, camera = str(self.cleaned_data["address"]).lstrip("?").partition("#")
        try:
            values = parse_qs(query, keep_blank_values=True, max_num_fields=MAX_PARAMETERS)
            parse_map(values)
        except (LayersError, ValueError) as error:
            raise ValidationError(gettext_lazy("La carte ne peut pas rouvrir cette vue.")) from error
        written = urlencode(values, doseq=True) + (f"#{camera}" if _CAMERA.fullmatch(camera) else "")
        if len(written) > ADDRESS_MAX:
            raise ValidationError(gettext_lazy("Cette vue demande trop de choses pour être enregistrée."))
        return written


class SavedViewListView(View):
    """The list, and the form that saves another view."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Require a signed-in person: views have an owner."""
        if visitor_of(request).user_id:
            return super().dispatch(request, *args, **kwargs)
        return self.answer(request) if is_fragment(request) else redirect_to_login(request.get_full_path())

    def get(self, request: HttpRequest) -> HttpResponse:
        """Render the list."""
        single_values(parameters_of(request), allowed=())
        return self.answer(request)

    def post(self, request: HttpRequest) -> HttpResponse:
        """Save the submitted view."""
        form = SavedViewForm(request.POST)
        if not form.is_valid():
            return self.answer(request, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
        if save_view(visitor=visitor_of(request), **form.cleaned_data) is None:
            form.add_error("title", _("Vous avez trop de vues : supprimez-en une d’abord."))
            return self.answer(request, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
        return self.done(request, _("Vue enregistrée."))

    def done(self, request: HttpRequest, text: str) -> HttpResponse:
        """Say what was done: in place for htmx, on the page of the views otherwise."""
        if is_fragment(request):
            return self.answer(request, message=text)
        messages.success(request, text)
        return redirect("explorer:saved-views")

    def answer(
        self,
        request: HttpRequest,
        form: SavedViewTitleForm | None = None,
        *,
        message: str = "",
        status: HTTPStatus = HTTPStatus.OK,
    ) -> HttpResponse:
        """Render the list, with the form that was refused if there is one."""
        context = {"view_form": form, "message": message}
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
