"""People who want to know of works around their home: two steps to begin, one button to stop, no account.

The request writes a row; a task sends the link that confirms, then news of the works that everybody sees. An address is
never said to be there or not: whoever asks reads the same words.
"""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q
from django.urls import reverse
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _
from django.utils.translation import override

from interface.mail import MailNotSent, Message, deliver
from interface.wording import date_words
from layers.errors import LayersError
from layers.sql.spatial import within_distance
from layers.visitor import Visitor
from roadworks.models import StreetSubscription
from roadworks.queries import RADIUS_M, Place, works_scope
from roadworks.vocabulary import SiteStatus

WINDOW_S = 3_600
MAX_REQUESTS = 6
MAX_OF_ADDRESS = 20
UNCONFIRMED_DAYS = 3
_TOKEN_BYTES = 32


def may_subscribe(visitor: Visitor) -> bool:
    """Count an attempt and return whether it is within the hourly limit of the account or network."""
    is_within_limit = import_string(settings.IS_WITHIN_LIMIT)
    return bool(
        is_within_limit(visitor.client_key, policy="road-works", quota=MAX_REQUESTS, seconds=WINDOW_S)
    )


def request_subscription(*, visitor: Visitor, email: str, place: Place) -> None:
    """Store a request; the same one again, or one too many for an address, changes nothing and says nothing."""
    rows = StreetSubscription.objects.filter(email=email)
    if rows.count() >= MAX_OF_ADDRESS:
        return
    StreetSubscription.objects.get_or_create(
        email=email,
        place=place.point,
        portal=visitor.portal,
        defaults={
            "label": place.name[:200],
            "radius_m": RADIUS_M,
            "token": secrets.token_urlsafe(_TOKEN_BYTES),
        },
    )


def confirm_subscription(token: str, *, instant: dt.datetime) -> StreetSubscription | None:
    """Begin a subscription by its link: from now on, what is new is told. None where there is no such link."""
    with transaction.atomic():
        row = StreetSubscription.objects.select_for_update().filter(token=token).first()
        if row is not None and row.confirmed_at is None:
            state = _situation(row, instant)
            row.confirmed_at, row.seen, row.version = instant, state.digests, state.version
            row.save(update_fields=["confirmed_at", "seen", "version"])
    return row


def end_subscription(token: str) -> StreetSubscription | None:
    """Remove a subscription by its link, and its address with it; None where there is none."""
    row = StreetSubscription.objects.filter(token=token).first()
    if row is not None:
        StreetSubscription.objects.filter(pk=row.pk).delete()
    return row


def send_messages(*, instant: dt.datetime) -> int:
    """Send the links that confirm and the news of the works; return how many messages were sent.

    What the server does not take now waits for the next time.
    """
    sent = 0
    for row in StreetSubscription.objects.filter(sent_at=None, confirmed_at=None):
        sent += _send_confirmation(row, instant)
    versions = {
        portal: version for portal in _portals() if (version := _version(portal, instant)) is not None
    }
    confirmed = StreetSubscription.objects.filter(confirmed_at__isnull=False)
    for portal, version in versions.items():
        for row in confirmed.filter(portal=portal).exclude(version=version):
            sent += _send_news(row, instant)
    return sent


def forget_subscriptions(*, instant: dt.datetime) -> int:
    """Remove the addresses that were not confirmed in ``UNCONFIRMED_DAYS``; return how many."""
    before = instant - dt.timedelta(days=UNCONFIRMED_DAYS)
    rows = StreetSubscription.objects.filter(Q(confirmed_at=None) & Q(created_at__lt=before))
    return rows.delete()[0]


def _portals() -> Iterator[str]:
    yield from StreetSubscription.objects.order_by("portal").values_list("portal", flat=True).distinct()


def _version(portal: str, instant: dt.datetime) -> int | None:
    """Return the version of the works that everybody reads on a portal, None while the layer is not open."""
    try:
        return works_scope(Visitor(instant=instant, portal=portal)).version
    except LayersError:
        return None


@dataclass(frozen=True, slots=True)
class _Situation:
    """The works around a place: the digest and title of each by id, the rows, the version of the layer."""

    digests: Mapping[str, list[str]]
    sites: Mapping[str, Any]
    version: int


def _situation(row: StreetSubscription, instant: dt.datetime) -> _Situation:
    scope = works_scope(Visitor(instant=instant, portal=row.portal))
    near = scope.queryset.filter(within_distance(F("geom"), row.place, row.radius_m))
    sites = {
        str(site.pk): site
        for site in near.order_by("date_debut", "pk")
        if site.statut != SiteStatus.FINISHED or str(site.pk) in row.seen
    }
    digests = {
        pk: [f"{site.statut} {site.date_debut} {site.date_fin} {site.impact_circulation}", _title(site)]
        for pk, site in sites.items()
    }
    return _Situation(digests, sites, scope.version)


def _title(site: Any) -> str:
    return f"{site.voie or site.objet} ({site.objet})" if site.voie else str(site.objet)


def _news(before: Mapping[str, list[str]], state: _Situation) -> list[str]:
    """Return a sentence for each work that was announced, changed, ended or taken back."""
    sentences = []
    for pk, (digest, title) in state.digests.items():
        site, former = state.sites[pk], before.get(pk)
        if former is not None and former[0] == digest:
            continue
        if site.statut == SiteStatus.FINISHED:
            sentences.append(_("Terminé : %s.") % title)
            continue
        values = {
            "title": title,
            "first": date_words(site.date_debut, "j F"),
            "last": date_words(site.date_fin, "j F Y"),
            "impact": site.get_impact_circulation_display().lower(),
        }
        if former is None:
            sentences.append(_("Annoncé : %(title)s, du %(first)s au %(last)s, %(impact)s.") % values)
        else:
            sentences.append(_("Modifié : %(title)s, du %(first)s au %(last)s, %(impact)s.") % values)
    gone = [former[1] for pk, former in before.items() if pk not in state.digests]
    return sentences + [_("Annulé : %s.") % title for title in gone]


def _send_confirmation(row: StreetSubscription, instant: dt.datetime) -> int:
    with override(settings.LANGUAGE_CODE):
        message = Message(
            _("Travaux près de « %s » : confirmez votre adresse") % row.label,
            (
                _("Vous avez demandé à être prévenu des travaux à moins de %(radius)d m de « %(place)s ».")
                % {"radius": row.radius_m, "place": row.label},
                _("Si ce n’est pas vous, ne faites rien : cette adresse est effacée dans trois jours."),
            ),
            (_("Confirmer mon adresse"), _link("confirm", row)),
        )
    return _delivered(row, message, f"works-confirm-{row.pk}", {"sent_at": instant})


def _send_news(row: StreetSubscription, instant: dt.datetime) -> int:
    with override(settings.LANGUAGE_CODE):
        state = _situation(row, instant)
        sentences = _news(row.seen, state)
        written = {"seen": _remaining(state), "version": state.version}
        if not sentences:
            StreetSubscription.objects.filter(pk=row.pk).update(**written)
            return 0
        place = {"pres": f"{row.place.x:.6f},{row.place.y:.6f}", "lieu": row.label}
        message = Message(
            _("Travaux près de « %s »") % row.label,
            (*sentences, _("Ne plus recevoir ces messages : %s") % _link("unsubscribe", row)),
            (
                _("Voir les travaux"),
                f"{settings.PORTAL_ADDRESS}{reverse('roadworks:nearby')}?{urlencode(place)}",
            ),
        )
    return _delivered(row, message, f"works-{row.pk}-{state.version}", written)


def _remaining(state: _Situation) -> dict[str, list[str]]:
    """Return what is told of the sites that are not over: the end of a site is told once."""
    return {
        pk: digest for pk, digest in state.digests.items() if state.sites[pk].statut != SiteStatus.FINISHED
    }


def _link(name: str, row: StreetSubscription) -> str:
    return f"{settings.PORTAL_ADDRESS}{reverse(f'roadworks:{name}', args=[row.token])}"


def _delivered(row: StreetSubscription, message: Message, key: str, written: Mapping[str, Any]) -> int:
    """Send a message, then write what it told; remove an address that the server will never take."""
    try:
        is_taken = deliver(message, to=row.email, key=key)
    except MailNotSent:
        return 0
    if is_taken:
        StreetSubscription.objects.filter(pk=row.pk).update(**written)
    else:
        StreetSubscription.objects.filter(pk=row.pk).delete()
    return int(is_taken)
