"""``manage.py directory_token``: tokens by which a directory provisions accounts (SCIM)."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from gisportal.accounts.models import DirectoryToken
from gisportal.accounts.scim.tokens import (
    DEFAULT_DAYS,
    MAX_DAYS,
    create_directory_token,
    revoke_directory_token,
    set_trial,
)


class Command(BaseCommand):
    """``directory_token create NAME --group GROUP…``, ``list``, ``live NAME``, ``trial NAME``, ``revoke NAME``."""

    help = "Creates, lists, puts live and revokes the tokens of directories (SCIM 2.0)."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the action, the name, the groups and the life of a token."""
        parser.add_argument("action", choices=("create", "list", "live", "trial", "revoke"))
        parser.add_argument("name", nargs="?", default="")
        parser.add_argument(
            "--group", action="append", default=[], help="a group that the directory may fill"
        )
        parser.add_argument("--days", type=int, default=DEFAULT_DAYS, help="how long the token lives")

    def handle(self, *arguments: Any, action: str, name: str, **options: Any) -> None:
        """Do it; the text of a new token is printed once, on a trial until ``live``.

        Raises:
            CommandError: no such token or group, a name that is taken, a group that administers.
        """
        if action == "list":
            for each in DirectoryToken.objects.prefetch_related("groups"):
                self.stdout.write(_line(each))
        elif action == "create":
            self._create(name, **options)
        else:
            token = DirectoryToken.objects.filter(name=name, revoked_at=None).first()
            if token is None:
                raise CommandError(f"no token named {name!r}")
            if action == "revoke":
                revoke_directory_token(token)
            else:
                set_trial(token, is_trial=action == "trial")
            self.stdout.write(_line(token))

    def _create(self, name: str, *, group: list[str], days: int, **_options: Any) -> None:
        if not name or DirectoryToken.objects.filter(name=name).exists():
            raise CommandError("give the token a name of its own")
        if not 1 <= days <= MAX_DAYS:
            raise CommandError(f"a token lives 1 to {MAX_DAYS} days")
        groups = list(Group.objects.filter(name__in=group))
        unknown = sorted(set(group) - {each.name for each in groups})
        if unknown:
            raise CommandError(f"no such group: {', '.join(unknown)}")
        last_day = timezone.localdate() + dt.timedelta(days=days)
        try:
            _token, text = create_directory_token(name=name, groups=groups, is_trial=True, last_day=last_day)
        except ValidationError as error:
            raise CommandError("; ".join(error.messages)) from error
        self.stdout.write(text)


def _line(token: DirectoryToken) -> str:
    state = "revoked" if token.revoked_at else "trial" if token.is_trial else "live"
    groups = ", ".join(group.name for group in token.groups.all())
    return (
        f"{token.name} ({token.prefix}…): {state}, until {token.expires_at:%Y-%m-%d}; {groups or 'no group'}"
    )
