"""Pages where forms are listed, made, previewed, published and closed. They need no script."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.cache import never_cache
from django.views.decorators.clickjacking import xframe_options_sameorigin

from interface.forms import FormError, form_errors
from interface.requests import parameters_of
from layers import access
from layers.access import Scope
from layers.errors import Forbidden, InvalidFile, LayersError, StaleFeature, status_of
from layers.parsing import single_values
from layers.visitor import visitor_of
from publication.services import may_publish, open_submission
from publication.vocabulary import SubmissionState
from webforms.access import buildable_layers, built_form, forms_of, may_review
from webforms.building.forms import FormTextsForm, NewForm
from webforms.building.parsing import changed_document, posted_document
from webforms.building.presenters import editors, fault_of, lists
from webforms.building.services import (
    close_form,
    create_form,
    draft_of,
    edited_version,
    publish_form,
    save_draft,
    versions_of,
)
from webforms.documents import FormDocument, unchecked_document
from webforms.errors import InvalidForm
from webforms.filling.presenters import form_page
from webforms.filling.services import reader_of
from webforms.models import Form
from webforms.publication import FormVersionSubject
from webforms.schema import document_of_layer, obstacles
from webforms.vocabulary import Audience
from webforms.xlsform.conversion import UnreadPart, form_of_sheets
from webforms.xlsform.sheets import read_sheets

SAVE, PUBLISH = "save", "publish"
# The version of somebody else that a person read about, and replaces by theirs.
REPLACED = "replaced"


class FormListView(View):
    """``/formulaires/``: the forms that the visitor fills, makes or reviews; with ``couche``, those of a layer."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Render the lists.

        Raises:
            UnknownLayer: no layer of this name, or hidden.
        """
        slug = single_values(parameters_of(request), allowed=("couche",)).get("couche", "")
        visitor = visitor_of(request)
        layer = access.scope(visitor, slug).layer if slug else None
        fillable, made = forms_of(visitor, slug)
        context = {
            "layer": layer,
            "fillable": [{"form": form, "layer": scope.layer if scope else None} for form, scope in fillable],
            "made": [{"form": form, "reviews": may_review(scope)} for form, scope in made],
            "may_build": any(slug in {"", each.slug} for each in buildable_layers(visitor)),
        }
        return render(request, "webforms/building/list.html", context)


@method_decorator(never_cache, name="dispatch")
class NewFormView(LoginRequiredMixin, View):
    """``/formulaires/nouveau/``: a form of a layer, from its fields or from a workbook."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Render the empty page."""
        parameters = single_values(parameters_of(request), allowed=("couche",))
        return self._page(request, self._form(request, initial={"layer": parameters.get("couche", "")}))

    def post(self, request: HttpRequest) -> HttpResponse:
        """Make the form, and open it; what a workbook has that a form has not is listed there once."""
        form = self._form(request, request.POST, request.FILES)
        if not form.is_valid():
            return self._page(request, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
        values = form.cleaned_data
        scope = next(each for each in self.layers if each.slug == values["layer"])
        document, unread = document_of_layer(scope), list[UnreadPart]()
        if values["workbook"]:
            try:
                read = form_of_sheets(read_sheets(upload=values["workbook"]), scope)
            except (InvalidFile, InvalidForm) as error:
                form.add_error("workbook", error.detail)
                return self._page(request, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
            document, unread = read.document, read.unread
        made = create_form(scope=scope, title=values["title"], audience=values["audience"], document=document)
        if values["workbook"]:
            return render(request, "webforms/building/unread.html", {"form": made, "unread": unread})
        return redirect("webforms:edit", made.slug)

    def _form(self, request: HttpRequest, *args: Any, **kwargs: Any) -> NewForm:
        self.layers = buildable_layers(visitor_of(request))
        if not self.layers:
            raise Forbidden(_("Vos droits ne permettent d’ajouter à aucune couche."))
        return NewForm(*args, layers=self.layers, **kwargs)

    def _page(
        self, request: HttpRequest, form: NewForm, *, status: HTTPStatus = HTTPStatus.OK
    ) -> HttpResponse:
        context = {"new_form": form, "faults": form_errors(form)}
        return render(request, "webforms/building/new.html", context, status=status)


@method_decorator(never_cache, name="dispatch")
class BuiltFormView(View):
    """Base of the pages of a form that the visitor makes."""

    form: Form
    scope: Scope

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Find the form.

        Raises:
            UnknownForm: there is none, or it is not theirs to make.
        """
        self.form, self.scope = built_form(visitor_of(request), kwargs.pop("slug"))
        return super().dispatch(request, *args, **kwargs)


class EditFormView(BuiltFormView):
    """``/formulaires/{form}/modifier/``: sections, questions, conditions, with the preview of a phone beside."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Render the draft, or the version that is online."""
        single_values(parameters_of(request), allowed=())
        return self._page(request, edited_version(self.form).content, FormTextsForm(instance=self.form))

    def post(self, request: HttpRequest) -> HttpResponse:
        """Save what was typed, after the button that was pressed; what cannot be saved comes back with its fault."""
        texts = FormTextsForm(request.POST, instance=self.form)
        deed = request.POST.get("do", SAVE)
        try:
            document = changed_document(posted_document(request.POST), deed, request.POST, self._fields())
        except InvalidForm as error:
            typed = unchecked_document(posted_document(request.POST))
            fault = fault_of(typed, error)
            return self._page(request, typed, texts, [fault], status=HTTPStatus.UNPROCESSABLE_ENTITY)
        if not texts.is_valid():
            return self._page(
                request, document, texts, form_errors(texts), status=HTTPStatus.UNPROCESSABLE_ENTITY
            )
        visitor = visitor_of(request)
        form, _scope = built_form(visitor, self.form.slug)
        try:
            save_draft(
                form=form,
                visitor=visitor,
                document=document,
                values=texts.cleaned_data,
                expected=request.POST.get(REPLACED, request.POST.get("expected", "")),
            )
            if deed == PUBLISH:
                submission = publish_form(form=form, visitor=visitor)
                is_online = submission.state == SubmissionState.ONLINE
                messages.success(
                    request,
                    _("Le formulaire est en ligne.")
                    if is_online
                    else _("Le formulaire attend d’être approuvé par qui approuve la couche."),
                )
        except (StaleFeature, LayersError) as error:
            self.form.refresh_from_db()
            fault = FormError(error.detail, "")
            return self._page(request, document, texts, [fault], status=status_of(error))
        return redirect("webforms:edit", self.form.slug)

    def _fields(self) -> dict[str, Any]:
        return {field.name: field for field in self.scope.fields}

    def _page(
        self,
        request: HttpRequest,
        document: FormDocument,
        texts: FormTextsForm,
        faults: list[FormError] | None = None,
        *,
        status: HTTPStatus = HTTPStatus.OK,
    ) -> HttpResponse:
        version, visitor = edited_version(self.form), visitor_of(request)
        subject = FormVersionSubject(version)
        is_public = self.form.audience == Audience.PUBLIC
        context = lists(self.scope) | {
            "form": self.form,
            "layer": self.scope.layer,
            "version": version,
            "is_draft": draft_of(self.form) is not None,
            "submission": open_submission(subject),
            "publishes": may_publish(subject, visitor),
            "approves": subject.may_approve(visitor),
            "reviews": may_review(self.scope),
            "texts": texts,
            "sections": editors(self.scope, document, fault=next((each.target for each in faults or []), "")),
            "is_conflict": status == HTTPStatus.PRECONDITION_FAILED,
            "obstacles": obstacles(self.scope, document, is_public=is_public),
            "expected": request.POST.get("expected", version.digest) if faults else version.digest,
            "faults": faults or [],
        }
        return render(request, "webforms/building/edit.html", context, status=status)


class PreviewView(BuiltFormView):
    """``/formulaires/{form}/apercu/``: the draft as people would fill it, framed by its page; it sends nothing."""

    @method_decorator(xframe_options_sameorigin)
    def get(self, request: HttpRequest) -> HttpResponse:
        """Render the draft without its button."""
        single_values(parameters_of(request), allowed=())
        reader = reader_of(self.form, edited_version(self.form), visitor_of(request))
        context = {"form": self.form, "page": form_page(reader, None, {})}
        return render(request, "webforms/building/preview.html", context)


class FormVersionsView(BuiltFormView):
    """``/formulaires/{form}/versions/``: every version, with how many answers came by it."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Render the list."""
        single_values(parameters_of(request), allowed=())
        context = {"form": self.form, "versions": versions_of(self.form)}
        return render(request, "webforms/building/versions.html", context)


class CloseFormView(BuiltFormView):
    """The button that closes a form."""

    http_method_names = ["post", "options"]

    def post(self, request: HttpRequest) -> HttpResponse:
        """Close it."""
        close_form(form=self.form, visitor=visitor_of(request))
        messages.success(request, _("Le formulaire est fermé : il ne prend plus de réponses."))
        return redirect("webforms:edit", self.form.slug)
