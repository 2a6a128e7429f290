"""``/catalogue/{layer}/metadonnees/``: the metadata of a layer, for who feeds it; it does not exist for others."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views import View

from interface.forms import FormError, form_errors
from interface.requests import parameters_of
from interface.wording import number
from layers import access
from layers.errors import Forbidden, InvalidParameter, UnknownLayer
from layers.models import Layer
from layers.parsing import single_values
from layers.visitor import Visitor, visitor_of
from metadata.attachments.forms import AttachmentForm
from metadata.attachments.queries import attachments_of
from metadata.attachments.services import add_attachment, remove_attachment
from metadata.completeness import completeness, facts_of
from metadata.editing.forms import MetadataForm
from metadata.editing.presenters import (
    advice_by_field,
    differences,
    extent_words,
    history,
)
from metadata.editing.services import (
    MetadataConflict,
    Values,
    save_metadata,
    sealed,
    unsealed,
    values_of,
)


class _FedLayerView(View):
    """A page about the metadata of a layer that the visitor feeds."""

    visitor: Visitor
    layer: Layer

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Find the layer.

        Raises:
            UnknownLayer: there is none, or the visitor does not feed it.
            Forbidden: not from the portal of a commune, nor by an access that only reads.
        """
        self.visitor = visitor_of(request)
        slug = kwargs.pop("layer")
        layer = access.fed_layers(self.visitor).select_related("theme").filter(slug=slug).first()
        if layer is None:
            raise UnknownLayer(slug)
        self.layer = layer
        if obstacle := access.obstacle(self.visitor):
            raise Forbidden(obstacle)
        return super().dispatch(request, *args, **kwargs)

    def form(self, values: Values, posted: Any = None) -> MetadataForm:
        """Return the form; the identifier of the former portal is for administrators."""
        return MetadataForm(
            posted, layer=self.layer, values=values, may_change_identity=self.visitor.is_administrator
        )

    def page(
        self,
        request: HttpRequest,
        *,
        form: MetadataForm | None = None,
        attachment: AttachmentForm | None = None,
        conflict: MetadataConflict | None = None,
        status: HTTPStatus = HTTPStatus.OK,
    ) -> HttpResponse:
        """Render the page, with a form that was refused or one of what is stored."""
        facts = facts_of(self.visitor, [self.layer])[0]
        values = conflict.values if conflict else values_of(self.layer, facts.row)
        form = form or self.form(values)
        score = completeness(facts)
        faults: list[FormError] = [*form_errors(form), *(form_errors(attachment) if attachment else ())]
        context = {
            "layer": self.layer,
            "row": facts.row,
            "form": form,
            "attachment_form": attachment or AttachmentForm(),
            "attachments": attachments_of(self.layer),
            "base": sealed(self.layer, values),
            "score": score,
            "advice": advice_by_field(score.missing),
            "extent": extent_words(facts),
            "history": history(self.layer),
            "faults": faults,
            "conflicts": differences(values, values, sorted(conflict.fields)) if conflict else (),
            "may_change_identity": self.visitor.is_administrator,
        }
        return render(request, "metadata/editing/page.html", context, status=status)


class MetadataView(_FedLayerView):
    """The form of all metadata, what is missing, the attachments and the history."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Render the page."""
        single_values(parameters_of(request), allowed=())
        return self.page(request)

    def post(self, request: HttpRequest) -> HttpResponseBase:
        """Write what the form changed, or render it again with what is to correct."""
        base = unsealed(self.layer, request.POST.get("base", ""))
        form = self.form(base, request.POST)
        if not form.is_valid():
            return self.page(request, form=form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
        try:
            changed = save_metadata(
                layer=self.layer, values=form.cleaned_values, base=base, visitor=self.visitor
            )
        except MetadataConflict as conflict:
            return self.page(request, form=form, conflict=conflict, status=HTTPStatus.CONFLICT)
        count = len(changed)
        words = ngettext("%s métadonnée enregistrée.", "%s métadonnées enregistrées.", count)
        messages.success(request, words % number(count) if count else _("Rien n’a changé."))
        return redirect("metadata:edit", self.layer.slug)


class NewAttachmentView(_FedLayerView):
    """``…/pieces/``: add a document."""

    http_method_names = ["post", "options"]

    def post(self, request: HttpRequest) -> HttpResponseBase:
        """Store the document, or say why it is refused."""
        form = AttachmentForm(request.POST, request.FILES)
        if form.is_valid():
            upload = form.cleaned_data["file"]
            try:
                add_attachment(
                    layer=self.layer,
                    title=form.cleaned_data["title"],
                    upload=upload,
                    name=str(upload.name),
                    visitor=self.visitor,
                )
            except InvalidParameter as error:
                form.add_error("file", error.detail)
            else:
                messages.success(request, _("La pièce est jointe."))
                return redirect("metadata:edit", self.layer.slug)
        return self.page(request, attachment=form, status=HTTPStatus.UNPROCESSABLE_ENTITY)


class RemoveAttachmentView(_FedLayerView):
    """``…/pieces/{pk}/retirer/``: delete a document."""

    http_method_names = ["post", "options"]

    def post(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        """Delete it; one that somebody else deleted is gone all the same."""
        for attachment in attachments_of(self.layer):
            if attachment.pk == pk:
                remove_attachment(attachment=attachment, visitor=self.visitor)
                messages.success(request, _("« %s » est retirée.") % attachment.title)
        return redirect("metadata:edit", self.layer.slug)
