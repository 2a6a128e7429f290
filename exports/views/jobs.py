"""``/telechargements/{id}/``: the progress of a prepared export, its file, and cancelling, deleting or asking again."""

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

from export_formats import Format
from export_formats.services import export_sent
from exports.errors import UnknownOrder
from exports.jobs import enqueue
from exports.models import ExportOrder
from exports.services import OwnOrder, cancel, find_order, is_long_export, order_again, order_export, remove
from layers.errors import InvalidParameter
from layers.parsing.query import PREPARING, Parameters, single_values
from layers.queries import Selection
from layers.visitor import Credential, visitor_of
from layers.vocabulary import OrderState


def pop_preparing(parameters: dict[str, list[str]]) -> str:
    """Take ``preparer`` off the parameters of an export and return it: ``1``, ``0``, or empty when it is not there.

    Raises:
        InvalidParameter: another value.
    """
    preparing = parameters.pop(PREPARING, None)
    if preparing is None:
        return ""
    if len(preparing) != 1 or preparing[0] not in {"0", "1"}:
        raise InvalidParameter(_("preparer attend 0 ou 1."), parameter=PREPARING)
    return preparing[0]


def waits_apart(request: HttpRequest, selection: Selection, kind: Format, preparing: str) -> bool:
    """Whether the client is a person in a browser, who watches a page better than they wait for a file."""
    is_person = (
        request.method == "GET"
        and "text/html" in request.headers.get("Accept", "")
        and "Range" not in request.headers
        and visitor_of(request).credential in {Credential.NONE, Credential.SESSION}
    )
    return is_person and preparing != "0" and (preparing == "1" or is_long_export(selection, kind))


def redirect_to_order(selection: Selection, kind: Format, parameters: Parameters) -> HttpResponse:
    """Prepare the export and redirect to its page."""
    return _followed(*order_export(selection=selection, kind=kind, parameters=parameters))


def _followed(order: ExportOrder, is_new: bool) -> HttpResponse:
    if is_new:
        enqueue(order)
    response = redirect("exports:order", order.pk)
    response.status_code = 303
    response["Cache-Control"] = "private, no-store"
    return response


@method_decorator(never_cache, name="dispatch")
class OrderPage(View):
    """Base of the views of a prepared export: only who asked for it finds it, with their present rights."""

    def order(self, pk: UUID) -> OwnOrder:
        """Return the order.

        Raises:
            UnknownOrder: it is not this visitor's, or not any more.
            UnknownParameter: the address has one, and none is read here.
        """
        single_values(dict(self.request.GET.lists()), allowed=())
        return find_order(pk=pk, visitor=visitor_of(self.request))


class OrderView(OrderPage):
    """The page: works without script, by its link that reads it again."""

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Show where the export is."""
        own = self.order(pk)
        notice, parameters = reverse("exports:notice", args=[own.scope.slug]), own.order.parameters
        context: dict[str, Any] = {
            "prepared": own.order,
            "scope": own.scope,
            "kind": own.kind,
            "state": OrderState(own.order.state),
            "elapsed": own.order.elapsed_s,
            "estimated": max(1, round(own.order.estimated_s)),
            "notice": f"{notice}?{urlencode(parameters, doseq=True)}" if parameters else notice,
            "asked": [(name, ", ".join(values)) for name, values in parameters.items()],
        }
        return render(request, "exports/order.html", context)


class OrderFileView(OrderPage):
    """The file of an order, to who asked for it."""

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponseBase:
        """Send the file, or redirect to the page when there is none (yet, or any more)."""
        own = self.order(pk)
        if own.order.state != OrderState.READY:
            return redirect("exports:order", pk)
        try:
            body = own.order.path.open("rb")
        except FileNotFoundError as error:
            raise UnknownOrder from error
        _tell(own)
        request.META.pop("HTTP_ACCEPT_ENCODING", None)  # sent as it is: its length is told
        name, kind = own.order.file_name, own.kind.media_type
        return FileResponse(body, as_attachment=True, filename=name, content_type=kind)


def _tell(own: OwnOrder) -> None:
    """Signal a download."""
    extension, rows, question = own.kind.extension, own.order.rows, own.order.parameters
    export_sent.send(
        sender=OrderFileView, scope=own.joined, extension=extension, rows=rows, question=question
    )


class CancelOrderView(OrderPage):
    """The button that cancels."""

    http_method_names = ["post", "options"]

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Cancel what is not finished, and show the page."""
        cancel(order=self.order(pk).order)
        return redirect("exports:order", pk)


class DeleteOrderView(OrderPage):
    """The button that forgets the order and its file."""

    http_method_names = ["post", "options"]

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Remove it, and show who has an account the others."""
        own = self.order(pk)
        remove(order=own.order)
        if own.order.user_id is None:
            return redirect("explorer:layer", own.scope.slug)
        messages.success(request, _("Le téléchargement « %s » est supprimé.") % own.scope.layer.title)
        return redirect(reverse("accounts:home") + "#telechargements")


class RetryOrderView(OrderPage):
    """Prepare again, after an error, a cancellation, or when the file has expired."""

    http_method_names = ["post", "options"]

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Order the same question again and show its own page."""
        return _followed(*order_again(order=self.order(pk).order, visitor=visitor_of(request)))
