"""What a directory writes: accounts and the members of groups, within what is named to it."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils import timezone
from scim2_models import (
    ForbiddenException,
    InvalidValueException,
    Meta,
    MutabilityException,
    UniquenessException,
)

from dashboards.models import DashboardGrant
from gisportal.accounts.access import lock_groups
from gisportal.accounts.models import DirectoryAccount, DirectoryGroup, DirectoryToken, User, tokens_of
from gisportal.accounts.scim import resources
from gisportal.accounts.scim.queries import accounts_of
from gisportal.accounts.services import close_access
from gisportal.accounts.vocabulary import AccountKind
from layers.models import Grant, ProtectedField

_LENGTHS = {"username": 150, "first_name": 150, "last_name": 150, "email": 254}


def user_resource(token: DirectoryToken, user: User, base: str) -> resources.User:
    """Return an account as SCIM has it: addresses as the directory wrote them."""
    link = DirectoryAccount.objects.filter(token=token, user=user).first()
    emails = link.emails if link and link.emails else []
    if not emails and user.email:
        emails = [{"value": user.email, "type": "work", "primary": True}]
    return resources.User.model_validate(
        {
            "id": str(user.pk),
            "externalId": (link.external_id if link else "") or None,
            "userName": user.username,
            "name": {"givenName": user.first_name or None, "familyName": user.last_name or None},
            "active": user.is_active,
            "emails": emails or None,
            "meta": _meta("User", f"{base}Users/{user.pk}"),
        }
    )


def group_resource(token: DirectoryToken, group: Group, base: str) -> resources.Group:
    """Return a group with those of its members that the directory sees."""
    link = DirectoryGroup.objects.filter(token=token, group=group).first()
    members = accounts_of(token).filter(groups=group).values_list("pk", flat=True)
    return resources.Group.model_validate(
        {
            "id": str(group.pk),
            "externalId": (link.external_id if link else "") or None,
            "displayName": group.name,
            "members": [{"value": str(pk), "$ref": f"{base}Users/{pk}"} for pk in members] or None,
            "meta": _meta("Group", f"{base}Groups/{group.pk}"),
        }
    )


def _meta(resource_type: str, location: str) -> Meta:
    return Meta(resource_type=resource_type, location=location)


def create_user(token: DirectoryToken, sent: resources.User) -> User:
    """Create an account without password, or take up again one that the directory deleted.

    Raises:
        UniquenessException: another account has this name.
        InvalidValueException: a value is too long, or no address.
    """
    user = User.objects.filter(username__iexact=sent.user_name or "").first()
    removed = (
        DirectoryAccount.objects.filter(token=token, user=user).exclude(removed_at=None).first()
        if user
        else None
    )
    if user is not None and removed is None:
        raise UniquenessException(detail="another account has this userName")
    if user is None:
        user = User(kind=AccountKind.AGENT, is_active=False)
        user.set_unusable_password()
    if removed is not None:
        removed.removed_at = None
        removed.save(update_fields=["removed_at"])
    if sent.active is None:
        sent.active = True
    write_user(token, user, sent)
    return user


def write_user(token: DirectoryToken, user: User, sent: resources.User) -> None:
    """Write an account as the directory has it; its sessions and tokens end at once when it is not active.

    Raises:
        UniquenessException: another account has this name or address.
        InvalidValueException: a value is too long, or no address.
    """
    was_active = user.is_active
    emails = [email.model_dump(exclude_none=True, mode="json") for email in sent.emails or []]
    user.username = _text("username", sent.user_name)
    user.first_name = _text("first_name", sent.name.given_name if sent.name else None)
    user.last_name = _text("last_name", sent.name.family_name if sent.name else None)
    user.email = _text("email", _main_address(emails))
    user.is_active = bool(sent.active)
    others = User.objects.exclude(pk=user.pk)
    if others.filter(username__iexact=user.username).exists():
        raise UniquenessException(detail="another account has this userName")
    if user.email and others.filter(email__iexact=user.email).exists():
        raise UniquenessException(detail="another account has this address")
    user.save()
    values = {"external_id": _external(sent.external_id), "emails": emails}
    DirectoryAccount.objects.update_or_create(token=token, user=user, defaults=values)
    if was_active and not user.is_active:
        close_access(user=user, tokens=tokens_of(user))


def _main_address(emails: list[dict[str, Any]]) -> str:
    """Return the primary address, else that of work, else the first one; empty without any."""
    ranked = sorted(emails, key=lambda email: (not email.get("primary"), email.get("type") != "work"))
    address = str(ranked[0].get("value", "")) if ranked else ""
    if address:
        try:
            validate_email(address)
        except ValidationError as error:
            raise InvalidValueException(detail="emails.value is no address") from error
    return address


def _text(name: str, value: str | None) -> str:
    text = value or ""
    if len(text) > _LENGTHS[name] or "\x00" in text:
        raise InvalidValueException(detail=f"{name} has at most {_LENGTHS[name]} characters, and no NUL")
    return text


def _external(value: str | None) -> str:
    if value and (len(value) > 255 or "\x00" in value):
        raise InvalidValueException(detail="externalId has at most 255 characters, and no NUL")
    return value or ""


def remove_user(token: DirectoryToken, user: User) -> None:
    """Disable an account that the directory deletes: it is absent for the directory, and stays for what it signed."""
    if user.is_active:
        user.is_active = False
        user.save(update_fields=["is_active"])
    close_access(user=user, tokens=tokens_of(user))
    DirectoryAccount.objects.update_or_create(token=token, user=user, defaults={"removed_at": timezone.now()})


def create_group(token: DirectoryToken, sent: resources.Group) -> Group:
    """Create a group that gives nothing yet; whoever administers gives it rights.

    Raises:
        UniquenessException: a group of this name is named to the directory.
        ForbiddenException: a group of this name is not.
    """
    name = _group_name(sent.display_name)
    existing = Group.objects.filter(name__iexact=name).first()
    if existing is not None:
        if token.groups.filter(pk=existing.pk).exists():
            raise UniquenessException(detail="a group has this displayName")
        raise ForbiddenException(detail="this group is not named to this directory")
    group = Group.objects.create(name=name)
    DirectoryGroup.objects.create(token=token, group=group, is_own=True)
    write_group(token, group, sent)
    return group


def write_group(token: DirectoryToken, group: Group, sent: resources.Group) -> None:
    """Write the members of a group; members that the directory does not see stay.

    Raises:
        MutabilityException: the name of a group that it did not create is changed.
        InvalidValueException: a member is no account that it sees.
    """
    link = DirectoryGroup.objects.get(token=token, group=group)
    name = _group_name(sent.display_name)
    if name != group.name:
        if not link.is_own:
            raise MutabilityException(detail="the name of this group is given by the portal")
        if Group.objects.filter(name__iexact=name).exclude(pk=group.pk).exists():
            raise UniquenessException(detail="a group has this displayName")
        group.name = name
        group.save(update_fields=["name"])
    link.external_id = _external(sent.external_id)
    link.save(update_fields=["external_id"])
    sent_members = {str(member.value) for member in sent.members or [] if member.value}
    visible = {str(user.pk): user for user in accounts_of(token)}
    unknown = sorted(sent_members - set(visible))
    if unknown:
        raise InvalidValueException(detail=f"no such User: {unknown[0][:40]}")
    present = {str(pk) for pk in group.user_set.values_list("pk", flat=True)} & set(visible)
    if joining := [visible[pk] for pk in sorted(sent_members - present)]:
        group.user_set.add(*joining)
    if leaving := [visible[pk] for pk in sorted(present - sent_members)]:
        group.user_set.remove(*leaving)


def _group_name(name: str | None) -> str:
    text = (name or "").strip()
    if not text or len(text) > 150 or "\x00" in text:
        raise InvalidValueException(detail="displayName has 1 to 150 characters, and no NUL")
    return text


def remove_group(token: DirectoryToken, group: Group) -> None:
    """Delete a group that the directory created and that gives nothing.

    Raises:
        ForbiddenException: it did not create it, or rights were given to it.
    """
    lock_groups([group.pk])
    gives = (
        Grant.objects.filter(group=group).exists()
        or DashboardGrant.objects.filter(group=group).exists()
        or ProtectedField.objects.filter(groups=group).exists()
        or group.permissions.exists()
    )
    if gives or not DirectoryGroup.objects.filter(token=token, group=group, is_own=True).exists():
        raise ForbiddenException(
            detail="this group gives rights, or is not of the directory: it is not deleted"
        )
    group.delete()
