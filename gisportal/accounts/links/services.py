"""Share links: what may be linked, created, opened, counted, revoked.

A link has a token of 128 bits of which only the SHA-256 is stored, a frozen list of layers, and the rights of its
author as they are at each use. Its holder is a visitor of the public with those rights on those layers
(``layers.visitor.LinkRights``): everything goes through the access layer, and nothing is written. See ADR 0068.
"""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from django.contrib.auth.hashers import check_password, make_password
from django.db import transaction
from django.db.models import F, QuerySet
from django.dispatch import Signal
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext as _

from dashboards.access import published as published_dashboards
from dashboards.models import Dashboard
from dashboards.reading.dashboard_page import DashboardPage, open_page, sensitive_reads
from explorer.map_state.parsing import parse_map
from gisportal.accounts.credentials import visitor_of_account
from gisportal.accounts.models import ShareLink, ShareLinkDay
from gisportal.accounts.tokens import digest_of
from interface.sharing import PAGE, SharedAddress
from interface.wording import end_of_day
from layers import access
from layers.access import RasterScope, Scope
from layers.errors import Forbidden, InvalidParameter
from layers.visitor import Credential, LinkRights, Visitor, open_account

LONGEST_LIFE = dt.timedelta(days=366)
"""From the creation of a link: renewing it never goes further."""
RENEWAL = dt.timedelta(days=30)
UNDO = dt.timedelta(minutes=10)
"""How long a revocation may be undone, by the session that revoked."""
DASHBOARD, MAP = "dashboards:dashboard", "explorer:map"
_PROOF_SALT = "gisportal.accounts.links.password"

# Sent with ``links``: those that were created, renewed, revoked, or are open again just now.
links_created, links_renewed, links_revoked, links_restored = Signal(), Signal(), Signal(), Signal()


@dataclass(frozen=True, slots=True)
class LinkTarget:
    """What a link would open: the address, the dashboard where it is one, and the slugs of the layers that are read."""

    address: str
    layers: tuple[str, ...]
    dashboard: Dashboard | None = None


def link_target(visitor: Visitor, address: SharedAddress) -> LinkTarget:
    """Return what a link to a page would open.

    Raises:
        InvalidParameter: the page is neither a published dashboard nor the map; a layer of it, or a field that a panel
            reads, may not be linked: the message names it.
        Forbidden: the visitor may not download an internal layer of it; the message names it.
        LayersError: as the page itself.
    """
    if address.view == DASHBOARD:
        page = open_page(visitor, address.arguments["dashboard"], address.parameters)
        if page.is_unpublished or page.dashboard.published_id is None:
            raise InvalidParameter(
                _("Publiez ce tableau de bord d’abord : un lien n’ouvre pas un brouillon."), parameter=PAGE
            )
        scopes: list[Scope | RasterScope] = [*page.scopes.values(), *page.rasters.values()]
        target = LinkTarget(address.text, _slugs(scopes), page.dashboard)
        _check(scopes)
        _check_fields(page)
        return target
    if address.view == MAP:
        visible = access.scopes_by_slug(visitor, parse_map(address.parameters).layers)
        _check(visible.values())
        return LinkTarget(address.text, _slugs(visible.values()))
    raise InvalidParameter(_("Un lien sans compte ouvre un tableau de bord ou la carte."), parameter=PAGE)


def create_link(
    *, author_id: int, target: LinkTarget, title: str, last_day: dt.date, password: str = ""
) -> tuple[ShareLink, str]:
    """Create a link and return it with its token, which cannot be read again.

    It ends when ``last_day`` ends in the time zone of the portal.
    """
    token = secrets.token_urlsafe(16)
    with transaction.atomic():
        link = ShareLink.objects.create(
            author_id=author_id,
            title=title,
            dashboard=target.dashboard,
            address=target.address,
            layers=list(target.layers),
            digest=digest_of(token),
            password=make_password(password) if password else "",
            expires_at=end_of_day(last_day),
        )
        links_created.send(ShareLink, links=[link])
    return link, token


def renewed_day(link: ShareLink, *, at: dt.datetime) -> dt.date | None:
    """Return the last day of a link once renewed: thirty days more, a year after its creation at most.

    Counted from its end, or from an instant when it is over. None of a link that was revoked, or may last no longer.
    """
    if link.revoked_at is not None:
        return None
    today = timezone.localdate(at)
    longest = timezone.localdate(link.created_at) + LONGEST_LIFE - dt.timedelta(days=1)
    day = min(max(link.last_day, today) + RENEWAL, longest)
    return day if day > link.last_day and day >= today else None


def renew_link(links: QuerySet[ShareLink], pk: int, *, at: dt.datetime) -> ShareLink | None:
    """Renew one of these links, and return it; None when there is none of this number.

    Raises:
        Forbidden: it was revoked, or a year has passed since its creation.
    """
    with transaction.atomic():
        link = links.filter(pk=pk).select_for_update(of=("self",)).first()
        if link is None:
            return None
        day = renewed_day(link, at=at)
        if day is None:
            raise Forbidden(
                _("Ce lien ne se prolonge plus : il est révoqué, ou il a un an. Créez-en un autre.")
            )
        link.expires_at = end_of_day(day)
        link.save(update_fields=["expires_at"])
        links_renewed.send(ShareLink, links=[link])
    return link


def restore_link(pk: int, *, revoked_at: dt.datetime, at: dt.datetime) -> ShareLink | None:
    """Undo a revocation, that of the instant ``revoked_at`` alone; None when it is too late, or was not the last."""
    if revoked_at <= at - UNDO:
        return None
    with transaction.atomic():
        link = ShareLink.objects.filter(pk=pk, revoked_at=revoked_at).select_for_update().first()
        if link is not None:
            link.revoked_at = None
            link.save(update_fields=["revoked_at"])
            links_restored.send(ShareLink, links=[link])
    return link


def revoke_links(links: QuerySet[ShareLink]) -> int:
    """Revoke, for ever, those of these links that are not yet; return how many."""
    with transaction.atomic():
        living = list(links.filter(revoked_at=None).select_for_update(of=("self",)))
        ShareLink.objects.filter(pk__in=[link.pk for link in living]).update(revoked_at=timezone.now())
        links_revoked.send(ShareLink, links=living)
    return len(living)


def links_of(author_id: int | None) -> QuerySet[ShareLink]:
    """Return the links of an author, the newest first."""
    return (
        ShareLink.objects.filter(author_id=author_id)
        .select_related("dashboard")
        .order_by("-created_at", "-pk")
    )


def living_links(tokens: Iterable[str], *, at: dt.datetime) -> dict[str, ShareLink]:
    """Return the links of some tokens that open something at an instant, by token; one of a closed account does not."""
    digests = {digest_of(token): token for token in tokens}
    rows = ShareLink.objects.living(at=at).filter(open_account(at, path="author__"), digest__in=digests)
    return {digests[link.digest]: link for link in rows.select_related("dashboard")}


def link_visitor(visitor: Visitor, link: ShareLink) -> Visitor | None:
    """Return a visitor of the public with what a link opens; None when its author reads the dashboard no more."""
    author = visitor_of_account(link.author_id, visitor.portal)
    dashboard = link.dashboard
    if author.is_anonymous:
        return None
    if dashboard is not None and not published_dashboards(author).filter(pk=dashboard.pk).exists():
        return None
    return _with_rights(visitor, author, link.layers, dashboard)


def proof_of(token: str, link: ShareLink) -> str:
    """Return what proves, in a cookie, that the password of a link was given; a link without one needs none."""
    if not link.password:
        return ""
    return salted_hmac(_PROOF_SALT, f"{token}\x1f{link.password}", algorithm="sha256").hexdigest()[:32]


def is_unlocked(token: str, link: ShareLink, proof: str) -> bool:
    """Whether the password of a link was given, or it has none."""
    return constant_time_compare(proof, proof_of(token, link))


def is_password(link: ShareLink, text: str) -> bool:
    """Whether a text is the password of a link."""
    return check_password(text, link.password)


def count_use(link: ShareLink) -> None:
    """Count that the page of a link was opened, in all and on this day."""
    now = timezone.now()
    day = {"link_id": link.pk, "day": timezone.localdate(now)}
    with transaction.atomic():
        ShareLink.objects.filter(pk=link.pk).update(use_count=F("use_count") + 1, last_used_at=now)
        ShareLinkDay.objects.bulk_create([ShareLinkDay(**day)], ignore_conflicts=True)
        ShareLinkDay.objects.filter(**day).update(count=F("count") + 1)


def openings_by_day(links: Sequence[int], *, until: dt.date) -> dict[int, dict[dt.date, int]]:
    """Return how often some links, by number, were opened on each of the last days until one, days without left out."""
    after = until - dt.timedelta(days=ShareLinkDay.DAYS)
    rows = ShareLinkDay.objects.filter(link__in=links, day__gt=after, day__lte=until)
    counts: dict[int, dict[dt.date, int]] = {}
    for link, day, count in rows.values_list("link", "day", "count"):
        counts.setdefault(link, {})[day] = count
    return counts


def _with_rights(
    visitor: Visitor, author: Visitor, layers: Iterable[str], dashboard: Dashboard | None
) -> Visitor:
    rights = LinkRights(author, frozenset(layers), dashboard.slug if dashboard else "")
    return replace(visitor, credential=Credential.LINK, may_write=False, link=rights)


def _slugs(scopes: Iterable[Scope | RasterScope]) -> tuple[str, ...]:
    return tuple(sorted({scope.slug for scope in scopes}))


def _check(scopes: Iterable[Scope | RasterScope]) -> None:
    """Refuse what forbids links, and what the author may not give as a file either."""
    for scope in scopes:
        layer = scope.layer
        if not layer.allows_links or layer.is_sensitive:
            raise InvalidParameter(
                _("La couche « %s » ne se donne pas par un lien : elle est lue par cette page.")
                % layer.title,
                parameter=PAGE,
            )
        if not layer.is_open and not scope.can_download:
            raise Forbidden(
                _(
                    "La couche « %s » est interne et vous ne pouvez pas la télécharger : "
                    "elle ne se donne pas par un lien."
                )
                % layer.title,
                parameter=PAGE,
            )


def _check_fields(page: DashboardPage) -> None:
    """Refuse a dashboard of which a panel reads a sensitive field."""
    names = sensitive_reads(page)
    if names:
        raise InvalidParameter(
            _("Un panneau lit un champ sensible, qui ne se donne pas par un lien : %s.") % ", ".join(names),
            parameter=PAGE,
        )
