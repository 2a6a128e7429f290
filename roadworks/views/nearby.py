"""« Travaux près de chez moi »: the public page, and the subscription to a place by e-mail."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View

from interface.forms import form_errors
from interface.requests import filled, parameters_of
from layers.errors import InvalidParameter
from layers.parsing import single_values
from layers.services.features import is_addable
from layers.visitor import Visitor, visitor_of
from roadworks.forms import SubscriptionForm
from roadworks.presenters.maps import feature_collection, works_map
from roadworks.presenters.words import MARKS, card
from roadworks.queries import (
    RADIUS_M,
    Period,
    Place,
    counts_around,
    find_places,
    named_place,
    public_scope,
    read_position,
    sites_around,
    works_scope,
)
from roadworks.services.subscriptions import (
    confirm_subscription,
    end_subscription,
    may_subscribe,
    request_subscription,
)

_PERIODS = {
    Period.WEEK: gettext_lazy("Cette semaine"),
    Period.TO_COME: gettext_lazy("À venir"),
    Period.TOWN: gettext_lazy("Toute la ville"),
}
_PARAMETERS = ("adresse", "pres", "lieu", "quand")


class NearbyView(View):
    """``/travaux/?adresse=…``: the works around an address, or around ``pres=longitude,latitude``."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Render the page; without a place, the works of the whole portal this week."""
        query = single_values(filled(parameters_of(request)), allowed=_PARAMETERS)
        place, choices = _place(visitor_of(request), query)
        return _page(request, place, choices, query)

    def post(self, request: HttpRequest) -> HttpResponse:
        """Receive a subscription: the answer is the same whatever the address, and whoever sent it before."""
        visitor = visitor_of(request)
        public_scope(visitor)
        form = SubscriptionForm(request.POST)
        query = {name: str(request.POST.get(name, "")) for name in ("pres", "lieu")}
        typed = _place(visitor, query)[0] if query["pres"] else None
        place = named_place(visitor, typed) if typed else None
        if not form.is_valid() or place is None:
            return _page(request, place, [], query, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
        if not form.is_trapped:
            if not may_subscribe(visitor):
                form.add_error(None, _("Trop de demandes en une heure : réessayez plus tard."))
                return _page(request, place, [], query, form, status=HTTPStatus.TOO_MANY_REQUESTS)
            request_subscription(visitor=visitor, email=form.cleaned_data["email"], place=place)
        messages.success(
            request, _("Presque fini : ouvrez le message que nous vous envoyons, et confirmez votre adresse.")
        )
        return redirect(
            f"{reverse('roadworks:nearby')}?{urlencode({'pres': place.text, 'lieu': place.name})}"
        )


def _place(visitor: Visitor, query: dict[str, str]) -> tuple[Place | None, list[Place]]:
    """Return the place of the address, and the places to choose from where the text has several."""
    if position := query.get("pres", ""):
        longitude, latitude = read_position(position)
        return Place(query.get("lieu", "")[:200] or _("Votre position"), longitude, latitude), []
    places = find_places(visitor, query.get("adresse", "")[:200])
    exact = (
        [place for place in places if place.name.partition(",")[0].lower() == query["adresse"].lower()]
        if places
        else []
    )
    if len(places) == 1 or len(exact) == 1:
        return (exact or places)[0], []
    return None, places


def _period(query: dict[str, str]) -> Period:
    try:
        return Period(query.get("quand", Period.WEEK.value))
    except ValueError:
        raise InvalidParameter(f"quand={query['quand'][:40]}", parameter="quand") from None


def _page(
    request: HttpRequest,
    place: Place | None,
    choices: list[Place],
    query: dict[str, str],
    form: SubscriptionForm | None = None,
    *,
    status: HTTPStatus = HTTPStatus.OK,
) -> HttpResponse:
    visitor = visitor_of(request)
    scope, today, period = public_scope(visitor), timezone.localdate(visitor.instant), _period(query)
    cards = [card(records, today=today) for records in sites_around(scope, place, period, today)]
    soon = [
        card(records, today=today)
        for records in (
            sites_around(scope, place, Period.TO_COME, today)[:3] if place and period is Period.WEEK else []
        )
    ]
    counts = counts_around(scope, place, today)
    base = {"pres": place.text, "lieu": place.name} if place else {}
    context: dict[str, Any] = {
        "scope": scope,
        "place": place,
        "choices": [(each.name, urlencode({"pres": each.text, "lieu": each.name})) for each in choices],
        "text": query.get("adresse", "") or (place.name if place else ""),
        "is_unknown": bool(query.get("adresse")) and place is None and not choices,
        "period": period.value,
        "periods": [
            (str(title), counts[each], urlencode(base | {"quand": each.value}), each is period)
            for each, title in _PERIODS.items()
        ],
        "cards": cards,
        "soon": soon,
        "form": form or SubscriptionForm(initial={"pres": place.text, "lieu": place.name} if place else {}),
        "faults": form_errors(form) if form else [],
        "radius": RADIUS_M,
        "marks": MARKS,
        "may_declare": is_addable(works_scope(visitor)),
        "map": works_map(visitor)
        | {
            "sites": feature_collection([*cards, *soon], today=today),
            "place": [place.longitude, place.latitude] if place else None,
            "radius": RADIUS_M,
        },
    }
    return render(request, "roadworks/nearby.html", context, status=status)


class ConfirmView(View):
    """``/travaux/abonnement/{key}/``: the link of the message that confirms an address."""

    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        """Render the button: a program that opens links of messages confirms nothing."""
        single_values(parameters_of(request), allowed=())
        return render(request, "roadworks/confirm.html", {"token": token})

    def post(self, request: HttpRequest, token: str) -> HttpResponse:
        """Begin the subscription."""
        row = confirm_subscription(token, instant=visitor_of(request).instant)
        if row is None:
            raise Http404
        messages.success(
            request, _("C’est fait : vous serez prévenu des travaux près de « %s ».") % row.label
        )
        place = Place(row.label, row.place.x, row.place.y)
        return redirect(
            f"{reverse('roadworks:nearby')}?{urlencode({'pres': place.text, 'lieu': place.name})}"
        )


class UnsubscribeView(View):
    """``/travaux/abonnement/{key}/fin/``: one button, and the address is removed."""

    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        """Render the button: a program that opens links of messages ends nothing."""
        single_values(parameters_of(request), allowed=())
        return render(request, "roadworks/unsubscribe.html", {"token": token})

    def post(self, request: HttpRequest, token: str) -> HttpResponse:
        """Remove the subscription; a link that served already says so."""
        return render(request, "roadworks/unsubscribed.html", {"row": end_subscription(token)})
