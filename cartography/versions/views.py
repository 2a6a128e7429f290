"""The pages of versions: publish, list, compare, bring back, set aside. They need no script."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View
from django.views.decorators.cache import never_cache

from cartography.versions.presenters import comparison, versions_context
from cartography.versions.subjects import discard, draft_subject, publish_draft
from interface.forms import add_input_classes, form_errors
from interface.requests import parameters_of
from layers.access import Scope, styled_scope, written_style
from layers.errors import InvalidParameter, InvalidStyle, StaleStyle, status_of
from layers.models.catalogue import STYLE_NOTE_MAX
from layers.parsing import single_values
from layers.parsing.numbers import parse_integer
from layers.visitor import visitor_of
from layers.vocabulary import StyleState
from publication.errors import NotSubmittable
from publication.services import may_publish, open_submission
from styles.services import draft_of, draft_style, mark, restore_style

OLD, NEW, OVER = "de", "a", "malgre"


class StylePublicationForm(forms.Form):
    """A note, which the list of versions shows."""

    note = forms.CharField(
        label=gettext_lazy("Note de version"),
        max_length=STYLE_NOTE_MAX,
        required=False,
        help_text=gettext_lazy("Ce qui change, en une phrase, pour s’y retrouver dans les versions."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        add_input_classes(self)


@method_decorator(never_cache, name="dispatch")
class StyledLayerView(View):
    """Base of the pages about the style of a layer: reads its scope, and requires the right to change the style."""

    scope: Scope

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Find the layer.

        Raises:
            UnknownLayer, Forbidden: as ``styled_scope``.
        """
        self.scope = styled_scope(visitor_of(request), kwargs.pop("layer"))
        return super().dispatch(request, *args, **kwargs)


class PublishStyleView(StyledLayerView):
    """``…/style/publier/``: the changes of a publication, then the publication."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Show the changes."""
        single_values(parameters_of(request), allowed=())
        return self._page(request, StylePublicationForm())

    def post(self, request: HttpRequest) -> HttpResponse:
        """Publish the draft, and show the layer."""
        form = StylePublicationForm(request.POST)
        if not form.is_valid():
            return self._page(request, form, status=422)
        try:
            made = publish_draft(
                scope=self.scope,
                expected=request.POST.get("mark", ""),
                note=form.cleaned_data["note"],
                is_over=OVER in request.POST,
            )
        except (StaleStyle, InvalidStyle, NotSubmittable) as error:
            return self._page(request, form, refusal=error.detail, status=status_of(error))
        if made.state == StyleState.DRAFT:
            messages.success(request, _("La version %d du style attend d’être approuvée.") % made.number)
            return redirect("cartography:versions", self.scope.slug)
        messages.success(request, _("La version %d du style est publiée : la carte la montre.") % made.number)
        return redirect("cartography:studio", self.scope.slug)

    def _page(
        self, request: HttpRequest, form: StylePublicationForm, *, refusal: str = "", status: int = 200
    ) -> HttpResponse:
        draft, subject = draft_of(self.scope.layer), draft_subject(self.scope)
        context = {
            "is_submission": subject is not None and not may_publish(subject, self.scope.visitor),
            "submission": open_submission(subject) if subject is not None else None,
            "scope": self.scope,
            "layer": self.scope.layer,
            "draft": draft,
            "mark": mark(draft),
            "form": form,
            "refusal": refusal,
            "form_faults": form_errors(form),
        }
        if draft:
            try:
                new = draft_style(self.scope, draft)
                context["comparison"] = comparison(self.scope, written_style(self.scope), new)
            except InvalidStyle as error:
                context["refusal"] = error.detail
            context["is_behind"] = draft.base is not None and draft.base.document != self.scope.layer.style
        return render(request, "cartography/versions/publish.html", context, status=status)


class StyleVersionsView(StyledLayerView):
    """``…/style/versions/``: every version; ``de`` and ``a`` are the two that are compared."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Show the list, and the differences between two versions."""
        values = single_values(parameters_of(request), allowed=(OLD, NEW))
        pair = (_number(values, OLD), _number(values, NEW)) if values else None
        context = versions_context(self.scope, pair, mark(draft_of(self.scope.layer)))
        return render(request, "cartography/versions/versions.html", context)


class RestoreStyleView(StyledLayerView):
    """The button that brings a version back as a draft."""

    http_method_names = ["post", "options"]

    def post(self, request: HttpRequest, number: int) -> HttpResponse:
        """Bring it back, and open the studio on the draft that it became."""
        made = restore_style(scope=self.scope, number=number, expected=request.POST.get("mark", ""))
        messages.success(
            request,
            _(
                "La version %(number)d est reprise : c’est le brouillon %(draft)d. Publiez-le pour qu’il paraisse."
            )
            % {"number": number, "draft": made.number},
        )
        return redirect("cartography:studio", self.scope.slug)


class DiscardStyleView(StyledLayerView):
    """The button that sets the draft aside."""

    http_method_names = ["post", "options"]

    def post(self, request: HttpRequest) -> HttpResponse:
        """Set it aside, and open the studio on the published style."""
        discard(scope=self.scope, expected=request.POST.get("mark", ""))
        messages.success(request, _("Le brouillon est mis de côté, parmi les versions."))
        return redirect("cartography:studio", self.scope.slug)


def _number(parameters: dict[str, str], name: str) -> int:
    text = parameters.get(name, "")
    number = parse_integer(text, maximum=999_999)
    if number is None:
        raise InvalidParameter(_("« %s » n’est pas un numéro de version.") % text[:20], parameter=name)
    return number
