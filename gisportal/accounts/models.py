"""The account of a person: Django's user with the kind of person it is, and the tokens its machines carry."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.contrib.auth.models import AbstractUser, Group
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from gisportal.accounts.tokens import DIRECTORY_PREFIX_LENGTH, PREFIX_LENGTH
from gisportal.accounts.vocabulary import AccountKind, BatchKind, TokenScope
from interface.wording import days_away
from layers.visitor import open_account


class User(AbstractUser):
    """An account. Rights come from its groups, never from its kind.

    ``language`` is a code of ``LANGUAGES``, the last that its owner chose; empty: that of the portal. From the
    instant ``ends_at`` on, nothing that the account opened serves any more, as if it were closed.
    """

    kind = models.CharField(
        _("type de compte"), max_length=10, choices=AccountKind, default=AccountKind.AGENT
    )
    organisation = models.CharField(_("organisme"), max_length=120, blank=True)
    invited_at = models.DateTimeField(_("invité le"), null=True, blank=True, editable=False)
    language = models.CharField(_("langue des messages"), max_length=10, blank=True, editable=False)
    ends_at = models.DateTimeField(
        _("fin du compte"),
        null=True,
        blank=True,
        help_text=_("À cet instant, heure de Paris, le compte n’ouvre plus rien. Vide : sans limite."),
    )

    class Meta(AbstractUser.Meta):
        verbose_name = _("compte")  # type: ignore[assignment]  # the stubs of AbstractUser.Meta say str
        verbose_name_plural = _("comptes")  # type: ignore[assignment]  # same
        constraints = [
            models.CheckConstraint(condition=models.Q(kind__in=AccountKind.values), name="user_kind_known"),
            models.CheckConstraint(
                condition=Q(ends_at__isnull=True) | Q(ends_at__gt=models.F("date_joined")),
                name="user_ends_after_creation",
                violation_error_message=_("La fin du compte doit suivre son ouverture."),
            ),
            models.CheckConstraint(
                condition=Q(ends_at__isnull=True) | Q(is_superuser=False),
                name="user_administrator_without_end",
                violation_error_message=_(
                    "Le compte d’un administrateur n’a pas de fin : retirez-lui ce droit."
                ),
            ),
        ]

    def is_open(self, *, at: dt.datetime) -> bool:
        """Whether the account opens something at an instant: ``open_account`` of one account."""
        return self.is_active and (self.ends_at is None or self.ends_at > at)

    @property
    def message_language(self) -> str:
        """The language of what is written to the account: a code."""
        return self.language if self.language in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE


class GroupManager(models.Model):
    """A person who manages the members and rights of a group, without being an administrator."""

    user = models.ForeignKey(User, models.CASCADE, related_name="managements", verbose_name=_("gestionnaire"))
    group = models.ForeignKey(Group, models.CASCADE, related_name="managers", verbose_name=_("groupe"))

    class Meta:
        verbose_name = _("gestionnaire de groupe")
        verbose_name_plural = _("gestionnaires de groupes")
        ordering = ["group", "user"]
        constraints = [models.UniqueConstraint(fields=["user", "group"], name="group_manager_once")]

    def __str__(self) -> str:
        return f"{self.user} → {self.group}"


class AccountBatch(models.Model):
    """Changes of several accounts at once, with what they were before: what can be undone for a month.

    ``changes`` is a list of ``gisportal.accounts.people.changes.AccountChange`` as JSON.
    """

    actor = models.ForeignKey(
        User, models.SET_NULL, null=True, related_name="account_batches", verbose_name=_("auteur")
    )
    kind = models.CharField(_("action"), max_length=10, choices=BatchKind)
    changes = models.JSONField(_("changements"), default=list)
    created_at = models.DateTimeField(_("fait le"), default=timezone.now)
    undone_at = models.DateTimeField(_("annulé le"), null=True, blank=True)

    class Meta:
        verbose_name = _("lot de changements de comptes")
        verbose_name_plural = _("lots de changements de comptes")
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=BatchKind.values), name="account_batch_kind_known")
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} ({len(self.changes)})"


class TokenQuerySet(models.QuerySet["Token"]):
    """Tokens, by state."""

    def unrevoked(self) -> TokenQuerySet:
        """Unrevoked tokens, expired or not."""
        return self.filter(revoked_at=None)


class Token(models.Model):
    """A secret that stands for an account on machine protocols. Only its digest is stored: see ``accounts.tokens``."""

    user = models.ForeignKey(User, models.CASCADE, related_name="tokens", verbose_name=_("compte"))
    name = models.CharField(_("nom"), max_length=80)
    scope = models.CharField(_("portée"), max_length=10, choices=TokenScope, default=TokenScope.READ)
    prefix = models.CharField(_("début"), max_length=PREFIX_LENGTH)
    digest = models.CharField(max_length=64, unique=True, editable=False)
    created_at = models.DateTimeField(_("créé le"), default=timezone.now)
    expires_at = models.DateTimeField(_("expire le"))
    revoked_at = models.DateTimeField(_("révoqué le"), null=True, blank=True)
    last_used_at = models.DateTimeField(_("dernier usage"), null=True, blank=True)

    objects = TokenQuerySet.as_manager()

    class Meta:
        verbose_name = _("jeton personnel")
        verbose_name_plural = _("jetons personnels")
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=models.Q(scope__in=TokenScope.values), name="token_scope_known"),
            models.CheckConstraint(
                condition=models.Q(expires_at__gt=models.F("created_at")), name="token_expires_after_creation"
            ),
            models.UniqueConstraint(
                fields=["user", "name"],
                condition=models.Q(revoked_at=None),
                name="token_name_once_an_account",
                violation_error_message=_("Vous avez déjà un jeton de ce nom : révoquez-le d’abord."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix}…)"

    @property
    def may_edit(self) -> bool:
        """Whether the token's scope allows to write; its account must be allowed too."""
        return self.scope == TokenScope.EDIT

    def is_expired(self, *, at: dt.datetime) -> bool:
        """Whether its time has passed."""
        return self.expires_at <= at


class ShareLinkQuerySet(models.QuerySet["ShareLink"]):
    """Share links, by state."""

    def living(self, *, at: dt.datetime) -> ShareLinkQuerySet:
        """Links that are neither revoked nor over at an instant (end excluded)."""
        return self.filter(revoked_at=None, expires_at__gt=at)


class ShareLink(models.Model):
    """A link without an account to one dashboard or to the map: see ``accounts.links``. Only its digest is stored.

    ``address`` is the path that it opens, ``layers`` the slugs that it may read, with the present rights of its author;
    ``password`` a hash, or empty.
    """

    author = models.ForeignKey(User, models.CASCADE, related_name="share_links", verbose_name=_("auteur"))
    title = models.CharField(_("pour qui"), max_length=120)
    dashboard = models.ForeignKey(
        "dashboards.Dashboard",
        models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("tableau de bord"),
    )
    address = models.TextField(_("adresse"))
    layers = ArrayField(models.CharField(max_length=63), verbose_name=_("couches"), default=list, blank=True)
    digest = models.CharField(max_length=64, unique=True, editable=False)
    password = models.CharField(max_length=128, blank=True, editable=False)
    created_at = models.DateTimeField(_("créé le"), default=timezone.now)
    expires_at = models.DateTimeField(_("expire le"))
    revoked_at = models.DateTimeField(_("révoqué le"), null=True, blank=True)
    use_count = models.PositiveIntegerField(_("ouvertures"), default=0)
    last_used_at = models.DateTimeField(_("dernière ouverture"), null=True, blank=True)

    objects = ShareLinkQuerySet.as_manager()

    class Meta:
        verbose_name = _("lien sans compte")
        verbose_name_plural = _("liens sans compte")
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(expires_at__gt=models.F("created_at")),
                name="share_link_ends_after_creation",
            )
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def last_day(self) -> dt.date:
        """The last day on which the link opens something, in the time zone of the portal."""
        return timezone.localdate(self.expires_at - dt.timedelta(seconds=1))

    @property
    def countdown(self) -> str:
        """How far that day is, in words."""
        return days_away((self.last_day - timezone.localdate()).days)


class ShareLinkDay(models.Model):
    """How often the page of a link was opened on a day of the portal's time zone; nothing says by whom.

    The last ``DAYS`` days are stored.
    """

    DAYS = 30

    link = models.ForeignKey(ShareLink, models.CASCADE, related_name="days", verbose_name=_("lien"))
    day = models.DateField(_("jour"))
    count = models.PositiveIntegerField(_("ouvertures"), default=0)

    class Meta:
        verbose_name = _("ouvertures d’un lien en un jour")
        verbose_name_plural = _("ouvertures des liens par jour")
        constraints = [models.UniqueConstraint(fields=["link", "day"], name="share_link_day_once")]

    def __str__(self) -> str:
        return f"{self.link} ({self.day:%Y-%m-%d})"


class DirectoryToken(models.Model):
    """The secret of a directory that provisions accounts by SCIM. Only its digest is stored, as of personal tokens.

    In a trial (``is_trial``) its calls are answered and recorded, and change nothing.
    """

    name = models.CharField(_("nom"), max_length=80, unique=True)
    prefix = models.CharField(_("début"), max_length=DIRECTORY_PREFIX_LENGTH)
    digest = models.CharField(max_length=64, unique=True, editable=False)
    is_trial = models.BooleanField(_("à l’essai"), default=True)
    groups = models.ManyToManyField(
        Group, through="DirectoryGroup", related_name="directory_tokens", verbose_name=_("groupes")
    )
    created_at = models.DateTimeField(_("créé le"), default=timezone.now)
    expires_at = models.DateTimeField(_("expire le"))
    revoked_at = models.DateTimeField(_("révoqué le"), null=True, blank=True)
    last_used_at = models.DateTimeField(_("dernier usage"), null=True, blank=True)

    class Meta:
        verbose_name = _("jeton d’annuaire")
        verbose_name_plural = _("jetons d’annuaire")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    @property
    def last_day(self) -> dt.date:
        """The last day on which it serves, in the time zone of the portal."""
        return timezone.localdate(self.expires_at - dt.timedelta(seconds=1))


class DirectoryGroup(models.Model):
    """A group that a directory may fill, and how the directory calls it; ``is_own``: the directory created it."""

    token = models.ForeignKey(DirectoryToken, models.CASCADE, related_name="group_links")
    group = models.ForeignKey(Group, models.CASCADE, related_name="directory_links")
    external_id = models.CharField(max_length=255, blank=True)
    is_own = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("groupe d’un annuaire")
        verbose_name_plural = _("groupes d’annuaires")
        constraints = [models.UniqueConstraint(fields=["token", "group"], name="directory_group_once")]

    def __str__(self) -> str:
        return f"{self.token} → {self.group}"


class DirectoryAccount(models.Model):
    """How a directory calls an account, and the addresses as it wrote them; ``removed_at``: it deleted it."""

    token = models.ForeignKey(DirectoryToken, models.CASCADE, related_name="account_links")
    user = models.ForeignKey(User, models.CASCADE, related_name="directory_links")
    external_id = models.CharField(max_length=255, blank=True)
    emails = models.JSONField(default=list)
    removed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("compte d’un annuaire")
        verbose_name_plural = _("comptes d’annuaires")
        constraints = [models.UniqueConstraint(fields=["token", "user"], name="directory_account_once")]

    def __str__(self) -> str:
        return f"{self.token} → {self.user}"


class EmergencyKey(models.Model):
    """A sealed key that opens the account of an administrator once. Only its digest is stored."""

    digest = models.CharField(max_length=64, unique=True, editable=False)
    created_at = models.DateTimeField(_("créée le"), default=timezone.now)
    used_at = models.DateTimeField(_("employée le"), null=True, blank=True)
    replaced_at = models.DateTimeField(_("remplacée le"), null=True, blank=True)

    class Meta:
        verbose_name = _("clé d’urgence")
        verbose_name_plural = _("clés d’urgence")
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return f"{self.created_at:%Y-%m-%d}"


def tokens_of(user: User) -> QuerySet[Token]:
    """Return the tokens of an account that were not revoked, the newest first."""
    return user.tokens.unrevoked().order_by("-created_at", "-pk")


def username_of_login(login: str) -> str:
    """Return the user name behind a login: a name, or the e-mail address of one open account.

    An address that several accounts have means none of them; a login without an account is returned as it is.
    """
    if "@" not in login:
        return login
    is_meant = Q(username=login) | Q(open_account(timezone.now()), email__iexact=login)
    names = list(User.objects.filter(is_meant).values_list("username", flat=True)[:2])
    return names[0] if len(names) == 1 else login
