"""The ways in: a session, HTTP Basic with a password or a token, ``Authorization: Bearer``, ``?token=``.

Each is tried because it was used, never because another one failed: a request with wrong credentials is refused, even
where none are needed. The choices are explained in ``docs/adr/0008-machine-credentials.md``.
"""

from __future__ import annotations

from urllib.parse import unquote_plus

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from gisportal.accounts.basic import pair_of_basic, user_of_password
from gisportal.accounts.bearer import living_token
from gisportal.accounts.models import User
from gisportal.accounts.second_factors.queries import has_second_factor
from gisportal.accounts.second_factors.requirement import is_enforced, is_restricted
from gisportal.accounts.services import note_use
from gisportal.accounts.tokens import MARK, is_token
from gisportal.client_address import client_network
from gisportal.protocols import is_machine, protocol_of
from layers.errors import InvalidParameter, WrongCredentials
from layers.visitor import TOKEN_PARAMETER, Credential, Visitor

_NO_PAGE = gettext_noop(
    "Un jeton n’ouvre que les adresses des machines (API, tuiles, exports) : connectez-vous."
)

# A password alone does not walk around a second factor. Said to who knows it: the sign-in page tells them as much.
_TOKEN_INSTEAD = gettext_noop(
    "Ce compte demande un second facteur : donnez un jeton personnel à la place du mot de passe."
)


def pop_tokens(request: HttpRequest) -> list[str]:
    """Return the ``token`` parameters of an address, after taking them off the request.

    Whatever is written afterwards about the request (a page, a redirection, a log, an error report, the table of
    attempts) is written without. Where tokens open nothing, what does not look like one is the page's own business.
    """
    query: str = request.META.get("QUERY_STRING", "")
    if TOKEN_PARAMETER not in unquote_plus(query):
        return []
    beginning = "" if protocol_of(request).takes_tokens else MARK
    pairs = query.split("&")
    mine = [pair for pair in pairs if _is_token_of(pair, beginning)]
    if not mine:
        return []
    rest = "&".join(pair for pair in pairs if pair not in mine)
    request.META["QUERY_STRING"] = rest
    if "RAW_URI" in request.META:  # of some servers, whose logs may quote it
        request.META["RAW_URI"] = request.path + (f"?{rest}" if rest else "")
    request.GET = QueryDict(rest, encoding=request.encoding)
    return [unquote_plus(pair.partition("=")[2]) for pair in mine]


def _is_token_of(pair: str, beginning: str) -> bool:
    name, _equals, value = pair.partition("=")
    return unquote_plus(name) == TOKEN_PARAMETER and unquote_plus(value).startswith(beginning)


def identify(request: HttpRequest, carried: list[str]) -> Visitor:
    """Return who asks; ``carried`` are the tokens that the address held.

    Raises:
        WrongCredentials: credentials that are not those of an active account.
        TooManyAttempts: too many of them.
        InvalidParameter: more than one token, a token and a header, or a token in the address of a page. That is no
            401: a browser would ask for a password that opens no page either.
    """
    header = request.headers.get("Authorization", "")
    if carried and not protocol_of(request).takes_tokens:
        raise InvalidParameter(_(_NO_PAGE), parameter=TOKEN_PARAMETER)
    if carried:
        if len(carried) > 1 or header:
            raise InvalidParameter(_("Donnez un seul jeton, d’une seule manière."), parameter=TOKEN_PARAMETER)
        return _by_token(request, carried[0], in_address=True)
    scheme, _space, value = header.partition(" ")
    if not header:
        return build_visitor(request, Credential.SESSION)
    if scheme.lower() == "bearer":
        return _by_token(request, value.strip())
    if scheme.lower() != "basic":
        raise WrongCredentials(_("Ce portail accepte Authorization: Basic et Authorization: Bearer."))
    return _by_basic(request, value)


def build_visitor(
    request: HttpRequest, credential: Credential, *, may_write: bool = True, link_token: str = ""
) -> Visitor:
    """Return the visitor for the user of the request with its groups, on the portal of the request, now."""
    portal = getattr(request, "portal", None)
    code = portal.commune.code if portal and portal.commune else ""
    user: User | AnonymousUser = request.user
    if not isinstance(user, User) or not user.is_active:
        return Visitor(instant=timezone.now(), portal=code, asker=client_network(request))
    if credential is Credential.SESSION and is_restricted(request, user):
        request.is_restricted = True  # type: ignore[attr-defined]  # what SecondFactorMiddleware reads; no typed place
        return _restricted(request, user, code)
    token_id = getattr(request, "token_id", None)
    return Visitor(
        instant=timezone.now(),
        user_id=user.pk,
        username=user.get_username(),
        groups=frozenset(user.groups.values_list("pk", flat=True)),
        is_administrator=user.is_superuser,
        portal=code,
        credential=credential,
        may_write=may_write,
        link_token=link_token,
        asker=f"account {user.pk}" if token_id is None else f"token {token_id}",
    )


def _restricted(request: HttpRequest, user: User, portal: str) -> Visitor:
    """Return who signed in by less than is required of them: named, and with the rights of the public."""
    return Visitor(
        instant=timezone.now(),
        user_id=user.pk,
        username=user.get_username(),
        portal=portal,
        credential=Credential.SESSION,
        may_write=False,
        asker=f"account {user.pk}",
    )


def _by_basic(request: HttpRequest, encoded: str) -> Visitor:
    """Read the pair: an account and its password, an account and its token, or a token alone as the name."""
    username, password = pair_of_basic(encoded)
    if is_token(password):
        return _by_token(request, password, username=username)
    if is_token(username) and not password:
        return _by_token(request, username)
    user = user_of_password(request, username, password)
    if has_second_factor(user) or is_enforced(user):
        raise WrongCredentials(_(_TOKEN_INSTEAD))
    request.user = user
    # Desktop tools hold no CSRF token. Pages keep the check, and so does what a browser sends from another site: it
    # attaches the pair it remembers by itself.
    if is_machine(request) and request.headers.get("Sec-Fetch-Site", "none") in {"none", "same-origin"}:
        _exempt_from_csrf(request)
    return build_visitor(request, Credential.BASIC)


def _by_token(request: HttpRequest, text: str, *, username: str = "", in_address: bool = False) -> Visitor:
    if not protocol_of(request).takes_tokens:
        raise WrongCredentials(_(_NO_PAGE))
    now = timezone.now()
    token = living_token(text, at=now, username=username)
    note_use(token=token, at=now)
    request.user = token.user
    request.token_id = token.pk  # type: ignore[attr-defined]  # what throttling counts by; no typed place in Django
    _exempt_from_csrf(request)
    return build_visitor(
        request, Credential.TOKEN, may_write=token.may_edit, link_token=text if in_address else ""
    )


def _exempt_from_csrf(request: HttpRequest) -> None:
    """Say that no other site can have caused this request: its credentials are not a browser's to attach."""
    request._dont_enforce_csrf_checks = True  # type: ignore[attr-defined]  # the switch DRF and Django's tests use
