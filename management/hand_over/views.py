"""``/gestion/acces/remettre/``: give the accesses of one person to another."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import ngettext

from gisportal.accounts.models import User
from interface.forms import form_errors
from layers.errors import Forbidden, InvalidParameter
from layers.visitor import visitor_of
from management.frame import ManagementView
from management.hand_over.forms import HandOverForm, people_with_grants
from management.rights.presenters import person_name
from management.rights.services import hand_over


class HandOverView(ManagementView):
    """The choice of a person (``?de=``), then of accesses and of who gets them."""

    tab = "management:rights"

    def get(self, request: HttpRequest) -> HttpResponse:
        """Render the choice of a person, or the form."""
        source = self._source(request)
        form = HandOverForm(source=source, visitor=visitor_of(request)) if source else None
        return self._page(request, source, form)

    def post(self, request: HttpRequest) -> HttpResponse:
        """Hand over what is ticked."""
        source, visitor = self._source(request), visitor_of(request)
        if source is None:
            raise Http404
        form = HandOverForm(request.POST, source=source, visitor=visitor)
        if form.is_valid():
            grants = form.chosen()
            try:
                hand_over(visitor, grants, person_id=int(form.cleaned_data["target"]))
            except (Forbidden, InvalidParameter) as error:
                form.add_error(None, error.detail)
            else:
                count = len(grants)
                messages.success(request, ngettext("%d accès remis.", "%d accès remis.", count) % count)
                return redirect("management:rights")
        return self._page(request, source, form, status=422)

    def _source(self, request: HttpRequest) -> User | None:
        """Return the person that the address names, None where it names none.

        Raises:
            Http404: nobody whose accesses the visitor manages.
        """
        text = request.GET.get("de", "")
        if not text:
            return None
        for person in people_with_grants(visitor_of(request)):
            if text == str(person.pk):
                return person
        raise Http404

    def _page(
        self, request: HttpRequest, source: User | None, form: HandOverForm | None, *, status: int = 200
    ) -> HttpResponse:
        context = {
            **self.frame(),
            "people": [(each.pk, person_name(each)) for each in people_with_grants(visitor_of(request))],
            "source": source,
            "name": person_name(source) if source else "",
            "form": form,
            "faults": form_errors(form) if form else [],
        }
        return render(request, "management/hand_over/page.html", context, status=status)
