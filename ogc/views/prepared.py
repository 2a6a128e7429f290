"""``/telechargements/{id}/``: how far a prepared export is, its file, and what its asker may do about it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.cache import never_cache

from layers.errors import InvalidParameter
from layers.formats.exports import Format
from layers.parsing.query import Parameters, single_values
from layers.queries import Selection
from layers.visitor import Credential, visitor_of
from ogc.errors import UnknownPrepared
from ogc.jobs import enqueue
from ogc.models import Prepared
from ogc.parsing import ASKING
from ogc.services.prepared import (
    Order,
    cancel,
    find_order,
    order_again,
    order_export,
    remove,
    takes_long,
)
from ogc.vocabulary import PreparedState


def take_asking(parameters: dict[str, list[str]]) -> str:
    """Take ``preparer`` off the parameters of an export and return it: ``1``, ``0``, or empty when it is not there.

    Raises:
        InvalidParameter: another value.
    """
    asked = parameters.pop(ASKING, None)
    if asked is None:
        return ""
    if len(asked) != 1 or asked[0] not in {"0", "1"}:
        raise InvalidParameter(_("preparer attend 0 ou 1."), parameter=ASKING)
    return asked[0]


def waits_apart(request: HttpRequest, selection: Selection, kind: Format, asked: str) -> bool:
    """Whether the asker is a person at a browser who had better watch a page than wait for a file."""
    is_person = (
        request.method == "GET"
        and "text/html" in request.headers.get("Accept", "")
        and "Range" not in request.headers
        and visitor_of(request).credential in {Credential.NONE, Credential.SESSION}
    )
    return is_person and asked != "0" and (asked == "1" or takes_long(selection, kind))


def to_prepared(selection: Selection, kind: Format, parameters: Parameters) -> HttpResponse:
    """Order the export and send its asker to the page about it."""
    return _followed(*order_export(selection=selection, kind=kind, parameters=parameters))


def _followed(prepared: Prepared, is_new: bool) -> HttpResponse:
    if is_new:
        enqueue(prepared)
    response = redirect("prepared", prepared.pk)
    response.status_code = 303
    response["Cache-Control"] = "private, no-store"
    return response


@method_decorator(never_cache, name="dispatch")
class PreparedPage(View):
    """What the addresses of a prepared export share: it is there for its asker alone, with the rights of now."""

    def order(self, pk: UUID) -> Order:
        """Return the order.

        Raises:
            UnknownPrepared: it is not this visitor's, or not any more.
            UnknownParameter: the address has one, and none is read here.
        """
        single_values(dict(self.request.GET.lists()), known=())
        return find_order(pk=pk, visitor=visitor_of(self.request))


class PreparedView(PreparedPage):
    """The page: works without script, by its link that reads it again."""

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Show where the export is."""
        order = self.order(pk)
        notice, asked = reverse("export-notice", args=[order.scope.slug]), order.prepared.parameters
        context: dict[str, Any] = {
            "prepared": order.prepared,
            "scope": order.scope,
            "kind": order.kind,
            "state": PreparedState(order.prepared.state),
            "elapsed": order.prepared.elapsed_s,
            "estimated": max(1, round(order.prepared.estimated_s)),
            "notice": f"{notice}?{urlencode(asked, doseq=True)}" if asked else notice,
            "asked": [(name, ", ".join(values)) for name, values in asked.items()],
        }
        return render(request, "ogc/prepared.html", context)


class PreparedFileView(PreparedPage):
    """The file."""

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponseBase:
        """Send the file, or the asker back to the page when there is none (yet, or any more)."""
        order = self.order(pk)
        if order.prepared.state != PreparedState.READY:
            return redirect("prepared", pk)
        try:
            body = order.prepared.path.open("rb")
        except FileNotFoundError as error:
            raise UnknownPrepared from error
        request.META.pop("HTTP_ACCEPT_ENCODING", None)  # sent as it is: its length is told
        return FileResponse(
            body,
            as_attachment=True,
            filename=order.prepared.file_name,
            content_type=order.kind.media_type,
        )


class CancelPreparedView(PreparedPage):
    """The button that cancels."""

    http_method_names = ["post", "options"]

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Cancel what is not finished, and show the page."""
        cancel(prepared=self.order(pk).prepared)
        return redirect("prepared", pk)


class DeletePreparedView(PreparedPage):
    """The button that forgets the order and its file."""

    http_method_names = ["post", "options"]

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Remove it, and show who has an account the others."""
        order = self.order(pk)
        remove(prepared=order.prepared)
        if order.prepared.user_id is None:
            return redirect("explorer:layer", order.scope.slug)
        messages.success(request, _("Le téléchargement « %s » est supprimé.") % order.scope.layer.title)
        return redirect(reverse("accounts:home") + "#telechargements")


class RetryPreparedView(PreparedPage):
    """The button that asks again, after an error, a cancellation, or when the file is not kept any more."""

    http_method_names = ["post", "options"]

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Order the same question again and show its own page."""
        return _followed(*order_again(prepared=self.order(pk).prepared, visitor=visitor_of(request)))
