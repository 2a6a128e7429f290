"""Tokens of directories: created, limited to groups, put live, revoked.

The models of SCIM are not needed here, and pages that list tokens do not load them.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from gisportal.accounts.models import DirectoryGroup, DirectoryToken
from gisportal.accounts.people.team import administering_groups
from gisportal.accounts.services import directory_token_written
from gisportal.accounts.tokens import DIRECTORY_MARK, DIRECTORY_PREFIX_LENGTH, digest_of, new_token
from interface.wording import end_of_day

DEFAULT_DAYS, MAX_DAYS = 365, 730


@transaction.atomic
def create_directory_token(
    *, name: str, groups: Iterable[Group], is_trial: bool, last_day: dt.date
) -> tuple[DirectoryToken, str]:
    """Create the token of a directory; return it with its text, which cannot be read again. It is journaled.

    It serves until the midnight after ``last_day``, in the time zone of the portal.

    Raises:
        ValidationError: a group administers.
    """
    chosen = _fillable(groups)
    text = new_token(DIRECTORY_MARK)
    now = timezone.now()
    token = DirectoryToken.objects.create(
        name=name,
        prefix=text[:DIRECTORY_PREFIX_LENGTH],
        digest=digest_of(text),
        is_trial=is_trial,
        created_at=now,
        expires_at=end_of_day(last_day),
    )
    DirectoryGroup.objects.bulk_create(DirectoryGroup(token=token, group=group) for group in chosen)
    directory_token_written.send(DirectoryToken, token=token, step="created")
    return token, text


@transaction.atomic
def set_directory_groups(token: DirectoryToken, groups: Iterable[Group]) -> None:
    """Choose the groups that a directory may fill; members that it put in a group that leaves the list stay there.

    Raises:
        ValidationError: a group administers.
    """
    chosen = {group.pk for group in _fillable(groups)}
    links = DirectoryGroup.objects.filter(token=token)
    present = set(links.values_list("group_id", flat=True))
    if chosen == present:
        return
    links.exclude(group_id__in=chosen).delete()
    DirectoryGroup.objects.bulk_create(
        DirectoryGroup(token=token, group_id=pk) for pk in sorted(chosen - present)
    )
    directory_token_written.send(DirectoryToken, token=token, step="groups")


@transaction.atomic
def set_trial(token: DirectoryToken, *, is_trial: bool) -> None:
    """Put a token on trial, or live: its calls then change accounts and groups."""
    token.is_trial = is_trial
    token.save(update_fields=["is_trial"])
    directory_token_written.send(DirectoryToken, token=token, step="trial")


@transaction.atomic
def revoke_directory_token(token: DirectoryToken) -> None:
    """End a token for ever: the next call is refused."""
    token.revoked_at = timezone.now()
    token.save(update_fields=["revoked_at"])
    directory_token_written.send(DirectoryToken, token=token, step="revoked")


def _fillable(groups: Iterable[Group]) -> list[Group]:
    chosen = list(groups)
    closed = administering_groups().filter(pk__in=[group.pk for group in chosen])
    if closed:
        raise ValidationError(
            "a directory never fills a group that administers: " + ", ".join(map(str, closed))
        )
    return chosen
