"""The ways in: a session, HTTP Basic with a password or a token, ``Authorization: Bearer``, ``?token=``.

A way is used only when the request has its credentials, never as a fallback: wrong credentials are refused, even
where none are needed. The choices are explained in ``docs/adr/0008-machine-credentials.md``.

HTTP Basic (RFC 7617): hashing a password takes a few hundred milliseconds by design. A pair that was accepted is
cached for some minutes after its last use in this process, under a keyed digest and never in clear, together with the
password hash it was checked against: a changed password or a closed account is refused at once. A refused pair is
cached too, without another hash or attempt: a tool with a wrong password sends it with every tile, which reveals
nothing. Others at its address do not wait for that.

A token that is valid always passes: guessing 2^256 of them is hopeless, and refusing a good one because somebody else
at the same address sent bad ones would let one broken script shut out a whole town hall. Requests with any other one
are counted by network (``gisportal.accounts.rate_limits``), and soon get a 429.
"""

from __future__ import annotations

import base64
import binascii
import datetime as dt
from urllib.parse import unquote_plus

from django.contrib.auth import authenticate
from django.contrib.auth.models import AnonymousUser
from django.contrib.postgres.aggregates import ArrayAgg
from django.core.cache import caches
from django.db.models import Q, QuerySet, Value
from django.http import HttpRequest, QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from gisportal.accounts.lockout import PASSWORD, attempt_succeeded, lockout_of
from gisportal.accounts.models import DirectoryToken, User
from gisportal.accounts.queries import TokenOwner, group_ids, token_of_text
from gisportal.accounts.second_factors.services import has_second_factor, is_enforced, is_restricted
from gisportal.accounts.services import USE_PRECISION, note_use
from gisportal.accounts.sessions.store import session_groups
from gisportal.accounts.tokens import DIRECTORY_TOKEN, MARK, digest_of, is_token
from gisportal.client_address import client_network
from gisportal.protocols import is_machine, protocol_of
from interface import wording
from layers.errors import InvalidParameter, WrongCredentials
from layers.visitor import PLAN_DATE_PARAMETER, TOKEN_PARAMETER, Credential, Visitor, open_account


def visitor_of_account(user_id: int | None, portal: str) -> Visitor:
    """Return the visitor of an account with its present groups; the public for a closed account, and for None.

    ``portal`` is the INSEE code of the commune of the portal, empty for the whole territory.
    """
    now = timezone.now()
    user = User.objects.filter(open_account(now), pk=user_id).first() if user_id is not None else None
    if user is None:
        return Visitor(instant=now, portal=portal)
    return Visitor(
        instant=now,
        user_id=user.pk,
        username=user.get_username(),
        groups=group_ids(user),
        is_administrator=user.is_superuser,
        portal=portal,
        credential=Credential.SESSION,
        may_write=False,
    )


def visitors_of_accounts(accounts: QuerySet[User], *, instant: dt.datetime, portal: str) -> list[Visitor]:
    """Return the visitors of the open ones of some accounts, with their present groups, by name, in one statement.

    ``portal`` is as above.
    """
    groups = ArrayAgg("groups", filter=Q(groups__isnull=False), default=Value([]))
    rows = accounts.filter(open_account(instant)).annotate(group_ids=groups).order_by("username")
    return [
        Visitor(
            instant=instant,
            user_id=pk,
            username=username,
            groups=frozenset(group_ids),
            is_administrator=is_superuser,
            portal=portal,
            credential=Credential.SESSION,
            may_write=True,
        )
        for pk, username, is_superuser, group_ids in rows.values_list(
            "pk", "username", "is_superuser", "group_ids"
        )
    ]


def valid_token(text: str, *, at: dt.datetime, username: str = "") -> TokenOwner:
    """Return the token that is alive at an instant, with its account; of ``username`` when one is given with it.

    Raises:
        WrongCredentials: unknown, expired or revoked, of a closed account or of another one.
    """
    owner = token_of_text(text) if is_token(text) else None
    if owner is None:
        raise WrongCredentials(_("Jeton inconnu ou révoqué."))
    token = owner.token
    is_own = username in {"", token.user.username}
    if token.revoked_at is not None or not token.user.is_open(at=at) or not is_own:
        # Who holds the text of a revoked token learns nothing more than who invents one.
        raise WrongCredentials(_("Jeton inconnu ou révoqué."))
    if token.is_expired(at=at):
        day = wording.day(token.expires_at)
        raise WrongCredentials(
            _("Ce jeton a expiré le %s : créez-en un autre sur la page « Mon compte ».") % day
        )
    return owner


_REMEMBER_SECONDS = 300
# No account has a longer name, and the journal of attempts holds no longer one.
_MAX_USERNAME = 150


def authenticate_basic(request: HttpRequest, username: str, password: str) -> User:
    """Return the account that has this name and password.

    Raises:
        WrongCredentials: no active account has them.
        TooManyAttempts: too many attempts on this account or from this network: the pair was not judged.
    """
    key = salted_hmac("gisportal.accounts.basic", f"{username}\x1f{password}", algorithm="sha256").hexdigest()
    judged = _judged(key, username)
    if judged is not None:
        return judged
    user = authenticate(request, username=username, password=password)
    lockout = lockout_of(request)
    if lockout is not None:
        raise lockout
    if not isinstance(user, User) or not user.is_open(at=timezone.now()):
        caches["refused-credentials"].set(key, _hash(_active(username)), _REMEMBER_SECONDS)
        raise _wrong()
    attempt_succeeded(request, PASSWORD, username)
    caches["credentials"].set(key, user.password, _REMEMBER_SECONDS)
    return user


def _judged(key: str, username: str) -> User | None:
    """Return the account whose pair was accepted some minutes ago; None when the pair is to be judged.

    Raises:
        WrongCredentials: the pair was refused some minutes ago, and the password is the same since.
    """
    accepted, refused = caches["credentials"].get(key), caches["refused-credentials"].get(key)
    if accepted is None and refused is None:
        return None
    user = _active(username)
    if user is not None and constant_time_compare(user.password, accepted or ""):
        caches["credentials"].touch(key, _REMEMBER_SECONDS)
        return user
    if constant_time_compare(_hash(user), refused or ""):
        raise _wrong()
    return None


def _wrong() -> WrongCredentials:
    return WrongCredentials(_("Identifiant ou mot de passe incorrect."))


def _active(username: str) -> User | None:
    return User.objects.filter(open_account(timezone.now()), username=username).first()


def _hash(user: User | None) -> str:
    """Return the password hash of an account, a word that is none without one."""
    return user.password if user is not None else "nobody"


def parse_basic(encoded: str) -> tuple[str, str]:
    """Return the name and the password, or token, of an ``Authorization: Basic`` value.

    Raises:
        WrongCredentials: the value is malformed.
    """
    try:
        text = base64.b64decode(encoded.strip(), validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        text = ""
    username, separator, password = text.partition(":")
    if not separator or "\x00" in text or len(username) > _MAX_USERNAME:
        raise WrongCredentials(_("L’en-tête Authorization: Basic est illisible."))
    return username, password


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
    token_pairs = [pair for pair in pairs if _is_token_of(pair, beginning)]
    if not token_pairs:
        return []
    rest = "&".join(pair for pair in pairs if pair not in token_pairs)
    request.META["QUERY_STRING"] = rest
    if "RAW_URI" in request.META:  # of some servers, whose logs may quote it
        request.META["RAW_URI"] = request.path + (f"?{rest}" if rest else "")
    request.GET = QueryDict(rest, encoding=request.encoding)
    return [unquote_plus(pair.partition("=")[2]) for pair in token_pairs]


def _is_token_of(pair: str, beginning: str) -> bool:
    name, _equals, value = pair.partition("=")
    return unquote_plus(name) == TOKEN_PARAMETER and unquote_plus(value).startswith(beginning)


def pop_plan_dates(request: HttpRequest) -> list[str]:
    """Return the ``plan-date`` parameters of an address, after taking them off those that its protocol reads.

    The address itself still has them: it identifies the answer, in caches and in what is written about the request.
    The administration has none: what is changed there is what is online.
    """
    if PLAN_DATE_PARAMETER not in unquote_plus(request.META.get("QUERY_STRING", "")).lower():
        return []
    if request.path.startswith(reverse("admin:index")):
        return []
    names = [name for name in request.GET if name.lower() == PLAN_DATE_PARAMETER]
    texts = [str(text) for name in names for text in request.GET.getlist(name)]
    query = request.GET.copy()
    for name in names:
        del query[name]
    request.GET = query  # type: ignore[assignment]  # the same class, which could be changed
    return texts


def identify(request: HttpRequest, carried: list[str]) -> Visitor:
    """Return the visitor of a request; ``carried`` are the tokens in its address.

    Raises:
        WrongCredentials: credentials that are not those of an active account.
        TooManyAttempts: too many of them.
        InvalidParameter: more than one token, a token and a header, or a token in the address of a page. That is no
            401: a browser would ask for a password that opens no page either.
    """
    header = request.headers.get("Authorization", "")
    if protocol_of(request).has_directory_tokens:
        return _by_directory_token(request, header)
    if carried and not protocol_of(request).takes_tokens:
        raise InvalidParameter(_(_NO_PAGE), parameter=TOKEN_PARAMETER)
    if carried:
        if len(carried) > 1 or header:
            raise InvalidParameter(_("Donnez un seul jeton, d’une seule manière."), parameter=TOKEN_PARAMETER)
        return _by_token(request, carried[0], in_address=True)
    scheme, _space, value = header.partition(" ")
    if not header:
        return build_visitor(request, Credential.SESSION, groups=session_groups(request))
    if scheme.lower() == "bearer":
        return _by_token(request, value.strip())
    if scheme.lower() != "basic":
        raise WrongCredentials(_("Ce portail accepte Authorization: Basic et Authorization: Bearer."))
    return _by_basic(request, value)


def build_visitor(
    request: HttpRequest,
    credential: Credential,
    *,
    may_write: bool = True,
    link_token: str = "",
    groups: frozenset[int] | None = None,
) -> Visitor:
    """Return the visitor for the user of the request, on the portal of the request, now.

    ``groups`` are those of the user, read unless they are given.
    """
    portal = getattr(request, "portal", None)
    code = portal.commune.code if portal and portal.commune else ""
    user: User | AnonymousUser = request.user
    now = timezone.now()
    if not isinstance(user, User) or not user.is_open(at=now):
        return Visitor(instant=now, portal=code, client_key=client_network(request))
    if credential is Credential.SESSION and is_restricted(request, user):
        request.is_restricted = True  # type: ignore[attr-defined]  # what SecondFactorMiddleware reads; no typed place
        return _restricted(request, user, code)
    token_id = getattr(request, "token_id", None)
    return Visitor(
        instant=now,
        user_id=user.pk,
        username=user.get_username(),
        groups=group_ids(user) if groups is None else groups,
        is_administrator=user.is_superuser,
        portal=code,
        credential=credential,
        may_write=may_write,
        link_token=link_token,
        client_key=f"account {user.pk}" if token_id is None else f"token {token_id}",
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
        client_key=f"account {user.pk}",
    )


def _by_basic(request: HttpRequest, encoded: str) -> Visitor:
    """Read the pair: an account and its password, an account and its token, or a token alone as the name."""
    username, password = parse_basic(encoded)
    if is_token(password):
        return _by_token(request, password, username=username)
    if is_token(username) and not password:
        return _by_token(request, username)
    user = authenticate_basic(request, username, password)
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
    owner = valid_token(text, at=now, username=username)
    token = owner.token
    note_use(token=token, at=now)
    request.user = token.user
    request.token_id = token.pk  # type: ignore[attr-defined]  # what throttling counts by; no typed place in Django
    _exempt_from_csrf(request)
    return build_visitor(
        request,
        Credential.TOKEN,
        may_write=token.may_edit,
        link_token=text if in_address else "",
        groups=owner.groups,
    )


def _by_directory_token(request: HttpRequest, header: str) -> Visitor:
    """Read the token of a directory, the only way into SCIM; its visitor is nobody, and is counted by the token.

    Raises:
        WrongCredentials: none, unknown, revoked or expired.
    """
    scheme, _space, text = header.partition(" ")
    text = text.strip()
    now = timezone.now()
    token = None
    if scheme.lower() == "bearer" and DIRECTORY_TOKEN.fullmatch(text):
        live = DirectoryToken.objects.filter(revoked_at=None, expires_at__gt=now)
        token = live.filter(digest=digest_of(text)).first()
    if token is None:
        raise WrongCredentials(_("Jeton d’annuaire inconnu, révoqué ou expiré."))
    if token.last_used_at is None or token.last_used_at < now - USE_PRECISION:
        DirectoryToken.objects.filter(pk=token.pk).update(last_used_at=now)
    request.directory_token = token  # type: ignore[attr-defined]  # what the views of SCIM read; no typed place in Django
    return Visitor(instant=now, client_key=f"directory {token.pk}")


def _exempt_from_csrf(request: HttpRequest) -> None:
    """Say that no other site can have caused this request: its credentials are not a browser's to attach."""
    request._dont_enforce_csrf_checks = True  # type: ignore[attr-defined]  # the switch DRF and Django's tests use
