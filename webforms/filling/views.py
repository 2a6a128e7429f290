"""The pages that people fill: by the address of a form, or by a link that opens it without an account."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.contrib.gis.geos import Point
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.cache import never_cache

from interface.map_config import layer_config, map_config
from interface.requests import parameters_of
from interface.territory import visible_communes
from layers import access
from layers.errors import Forbidden, InvalidParameter, TooManyRequests
from layers.parsing import single_values
from layers.visitor import visitor_of
from webforms import places
from webforms.access import fillable_form, linked_form, row_scope
from webforms.errors import InvalidAnswer, RepeatedAnswer, UnknownForm
from webforms.filling.inputs import (
    count_name,
    prefilled_names,
    prefilled_texts,
    read_position,
    record_count,
)
from webforms.filling.presenters import form_page
from webforms.filling.services import (
    WINDOW_S,
    RefusedRow,
    Sending,
    earlier_answer,
    may_send,
    read_pictures,
    reader_of,
    receive_answer,
)
from webforms.filling.tokens import PageToken, check_pace, page_token, read_token
from webforms.links.services import living_link
from webforms.models import Answer, Form, FormLink, FormVersion
from webforms.vocabulary import MAX_RECORDS, AnswerState, ItemKind

TOKEN, TRAP, ADD = "page", "site-web", "ajouter"


def _too_many() -> str:
    return _("Trop d’envois depuis ce réseau : réessayez dans dix minutes.")


@method_decorator(never_cache, name="dispatch")
class FormView(View):
    """Base of the pages of a form that somebody fills, by its slug or by the token of a link."""

    form: Form
    link: FormLink | None = None

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Find the form.

        Raises:
            UnknownForm: there is none for this visitor, or the link is over: the same answer.
        """
        token = kwargs.pop("token", "")
        if token:
            self.link = living_link(token, at=visitor_of(request).instant)
            self.form = linked_form(self.link)
        else:
            self.form = fillable_form(visitor_of(request), kwargs.pop("slug"))
        self.base = (
            reverse("webforms:linked", args=[token])
            if token
            else reverse("webforms:form", args=[self.form.slug])
        )
        response = super().dispatch(request, *args, **kwargs)
        if self.link is not None:
            response["X-Robots-Tag"] = "noindex, nofollow"
        return response

    @property
    def online(self) -> FormVersion:
        """The version that is online."""
        version = self.form.published
        assert version is not None  # a constraint of open forms
        version.form = self.form
        return version

    def version_of(self, token: PageToken) -> FormVersion:
        """Return the version of a page, which may be an older one.

        Raises:
            InvalidAnswer: the page is of another form, or of another link.
        """
        own = self.link.pk if self.link else 0
        version = self.form.versions.filter(pk=token.version, published_at__isnull=False).first()
        if version is None or token.link != own:
            raise InvalidAnswer(
                _("Cette page n’est pas reconnue : vérifiez vos réponses, puis envoyez-les de nouveau.")
            )
        version.form = self.form
        return version


class FillView(FormView):
    """``/formulaires/{form}/`` and ``/formulaires/lien/{token}/``: the form, and what it sends."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Render the form, or its days where it takes no answers today; the address may fill some of its items.

        Raises:
            UnknownParameter: the form has no such item, or an address does not fill it.
        """
        document, visitor = self.online.content, visitor_of(request)
        values = single_values(parameters_of(request), allowed=prefilled_names(document))
        if not self.form.takes_answers(timezone.localdate(visitor.instant)):
            return self._days(request)
        token = page_token(self.online, self.link, at=visitor.instant)
        typed = prefilled_texts(document, values) if values else None
        return self._page(request, token, self.online, data=typed)

    def post(self, request: HttpRequest) -> HttpResponse:
        """Receive an answer; a faulty one comes back with all that was typed."""
        visitor = visitor_of(request)
        if visitor.is_observed:
            raise Forbidden(
                _("Vous voyez le portail comme une autre personne : rien n’est envoyé en son nom.")
            )
        if not self.form.takes_answers(timezone.localdate(visitor.instant)):
            return self._days(request, status=HTTPStatus.FORBIDDEN)
        is_within_limit = may_send(visitor)
        try:
            token = read_token(request.POST.get(TOKEN, ""), at=visitor.instant)
            version = self.version_of(token)
        except InvalidAnswer as error:  # a new page with what was typed, of the version online
            if not is_within_limit:
                raise TooManyRequests(_too_many(), retry_after=WINDOW_S) from error
            token, version = page_token(self.online, self.link, at=visitor.instant), self.online
            return self._refused(request, token, version, {"": error.detail})
        if not is_within_limit:
            return self._refused(
                request,
                token,
                version,
                {"": _("%s Vos réponses sont là.") % _too_many()},
                status=HTTPStatus.TOO_MANY_REQUESTS,
            )
        if ADD in request.POST:
            return self._page(request, token, version, data=self._with_record(request, version))
        if request.POST.get(TRAP):  # a robot is thanked, and nothing is stored
            return redirect(f"{self.base}merci/")
        return self._receive(request, token, version)

    def _days(self, request: HttpRequest, *, status: HTTPStatus = HTTPStatus.OK) -> HttpResponse:
        """Render the days of the form, before the first or after the last one."""
        visitor = visitor_of(request)
        scope, first = row_scope(visitor, self.form), self.form.opens_on
        context = {
            "form": self.form,
            "layer": scope.layer if scope else None,
            "is_early": first is not None and timezone.localdate(visitor.instant) < first,
            "is_sent": status is not HTTPStatus.OK,
        }
        return render(request, "webforms/filling/days.html", context, status=status)

    def _receive(self, request: HttpRequest, token: PageToken, version: FormVersion) -> HttpResponse:
        visitor = visitor_of(request)
        reading = reader_of(self.form, version, visitor).read(request.POST, request.FILES)
        sending = Sending(version, token, visitor, self.link)
        try:
            if reading.faults:
                return self._refused(request, token, version, reading.faults)
            answer = earlier_answer(sending, reading)
            if answer is None:
                if visitor.is_anonymous:
                    check_pace(token, at=visitor.instant)
                pictures = read_pictures(reading)
                if reading.faults:
                    return self._refused(request, token, version, reading.faults)
                answer = receive_answer(sending=sending, reading=reading, pictures=pictures)
        except RefusedRow as error:
            return self._refused(request, token, version, error.faults)
        except RepeatedAnswer as error:
            return self._refused(request, token, version, {"": error.detail}, status=HTTPStatus.CONFLICT)
        except InvalidAnswer as error:
            return self._refused(request, token, version, {"": error.detail})
        return redirect(f"{self.base}merci/?reponse={answer.key}")

    def _with_record(self, request: HttpRequest, version: FormVersion) -> Any:
        """Return what was sent, with another record of the section whose button was pressed."""
        data = request.POST.copy()
        for section in version.content.sections:
            if section.relation and section.relation == request.POST[ADD]:
                data[count_name(section)] = str(min(record_count(section, data) + 1, MAX_RECORDS))
        return data

    def _refused(
        self,
        request: HttpRequest,
        token: PageToken,
        version: FormVersion,
        faults: dict[str, str],
        *,
        status: HTTPStatus = HTTPStatus.UNPROCESSABLE_ENTITY,
    ) -> HttpResponse:
        return self._page(request, token, version, data=request.POST, faults=faults, status=status)

    def _page(
        self,
        request: HttpRequest,
        token: PageToken,
        version: FormVersion,
        *,
        data: Any = None,
        faults: dict[str, str] | None = None,
        status: HTTPStatus = HTTPStatus.OK,
    ) -> HttpResponse:
        visitor = visitor_of(request)
        reader, scope = reader_of(self.form, version, visitor), row_scope(visitor, self.form)
        context = {
            "form": self.form,
            "layer": scope.layer if scope else None,
            "page": form_page(reader, data, faults or {}),
            "token": token.text,
            "map_address": f"{self.base}carte/",
            "place_address": f"{self.base}lieu/",
            "is_linked": self.link is not None,
            "had_photos": bool(request.FILES) and bool(faults),
        }
        return render(request, "webforms/filling/page.html", context, status=status)


class ThanksView(FormView):
    """``…/merci/``: the answer came; ``reponse`` is the identifier that its sender alone has."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Render the thanks, with the number of the answer where it is one of this form."""
        text = single_values(parameters_of(request), allowed=("reponse",)).get("reponse", "")
        answer = None
        if text:
            try:
                answer = Answer.objects.filter(key=UUID(text), version__form=self.form).first()
            except ValueError:
                raise UnknownForm(_("Cette réponse n’existe pas."), parameter="reponse") from None
        context = {
            "form": self.form,
            "answer": answer,
            "is_written": answer is not None and answer.state == AnswerState.WRITTEN,
            "again": self.base,
        }
        return render(request, "webforms/filling/thanks.html", context)


class PlaceView(FormView):
    """``…/lieu/?lat=&lon=``: what a position gives the form, as JSON; the same is computed when it is sent."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Answer with the defaults and the nearest features, by name of item."""
        parameters = single_values(parameters_of(request), allowed=("lat", "lon"))
        text = f"{parameters.get('lat', '')}, {parameters.get('lon', '')}"
        point = read_position(text, name="lat")
        if not isinstance(point, Point):  # the two halves of another geometry
            raise InvalidParameter(_("lat et lon sont deux nombres, en degrés."), parameter="lat")
        visitor, document = visitor_of(request), self.online.content
        defaults = places.place_defaults(visitor, document, point)
        near = places.near_features(visitor, document, point)
        return JsonResponse(
            {
                "defaults": {
                    name: {"value": each.value, "label": each.label} for name, each in defaults.items()
                },
                "features": {
                    name: [
                        {"id": each.pk, "title": each.title, "metres": round(each.metres)} for each in rows
                    ]
                    for name, rows in near.items()
                },
            }
        )


class MapView(FormView):
    """``…/carte/``: the configuration of the map of a form, read when somebody opens it."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Answer with the ground, the roads, and the layers that features are chosen in or lines snapped to."""
        single_values(parameters_of(request), allowed=())
        visitor = visitor_of(request)
        slugs = [item.layer for item in self.online.content.items if item.layer and _is_drawn(item.kind)]
        scopes = access.scopes_by_slug(visitor, list(dict.fromkeys([*slugs, places.ROADS_LAYER])))
        layers = [layer_config(scope) for scope in scopes.values() if scope.can_read_rows]
        config = map_config(visible_communes(visitor), portal=visitor.portal) | {"layers": layers}
        return JsonResponse(config)


def _is_drawn(kind: str) -> bool:
    return kind in {ItemKind.FEATURE, ItemKind.POSITION}
