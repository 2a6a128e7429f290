"""The page of the named links of a form: those that there are, a new one shown once, the end of one."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.cache import never_cache

from interface.forms import form_errors
from interface.requests import parameters_of
from layers.parsing import single_values
from layers.visitor import visitor_of
from webforms.access import reviewed_form
from webforms.errors import InvalidForm
from webforms.links.forms import LinkForm
from webforms.links.services import create_form_link, links_of, revoke_form_link
from webforms.models import Form


@method_decorator(never_cache, name="dispatch")
class FormLinksView(View):
    """``/formulaires/{form}/liens/``: for who reviews the answers of the form."""

    form: Form

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Find the form.

        Raises:
            UnknownForm: there is none, or its answers are not theirs.
        """
        self.form, _scope = reviewed_form(visitor_of(request), kwargs.pop("slug"))
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest) -> HttpResponse:
        """List the links."""
        single_values(parameters_of(request), allowed=())
        return self._page(request, LinkForm())

    def post(self, request: HttpRequest) -> HttpResponse:
        """Make a link, and show its address this once."""
        form = LinkForm(request.POST)
        if not form.is_valid():
            return self._page(request, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
        author = visitor_of(request).user_id
        try:
            _link, token = create_form_link(form=self.form, author_id=author, **form.cleaned_data)
        except InvalidForm as error:
            form.add_error(None, error.detail)
            return self._page(request, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
        address = request.build_absolute_uri(reverse("webforms:linked", args=[token]))
        return self._page(request, LinkForm(), address=address)

    def _page(
        self, request: HttpRequest, form: LinkForm, *, address: str = "", status: HTTPStatus = HTTPStatus.OK
    ) -> HttpResponse:
        now = timezone.now()
        rows = [{"link": link, "is_living": link.is_living(now)} for link in links_of(self.form)]
        context = {
            "form": self.form,
            "rows": rows,
            "link_form": form,
            "faults": form_errors(form),
            "address": address,
        }
        return render(request, "webforms/links/page.html", context, status=status)


class RevokeFormLinkView(FormLinksView):
    """The button that ends a link."""

    http_method_names = ["post", "options"]

    def post(self, request: HttpRequest, pk: int = 0) -> HttpResponse:
        """End it."""
        link = revoke_form_link(form=self.form, pk=pk)
        messages.success(request, _("Le lien « %s » n’ouvre plus rien.") % link.title)
        return redirect("webforms:links", self.form.slug)
