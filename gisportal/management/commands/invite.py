"""Opens an account without a password, and sends its owner the link that chooses one; or sends it again."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser

from gisportal.accounts.jobs import send_invitation
from gisportal.accounts.models import User
from gisportal.accounts.services import invite


class Command(BaseCommand):
    """``manage.py invite USERNAME [--email ADDRESS] [--administrator]``."""

    help = "Ouvre un compte et envoie à son propriétaire le lien pour choisir son mot de passe."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the name, the address and the mark of administrators."""
        parser.add_argument("username")
        parser.add_argument("--email", default="", help="Courriel d’un nouveau compte.")
        parser.add_argument(
            "--administrator", action="store_true", help="Le nouveau compte administre le portail."
        )

    def handle(self, *args: Any, username: str, email: str, administrator: bool, **options: Any) -> None:
        """Invite; an account that has a password is refused."""
        user = User.objects.filter(username=username).first()
        if user is None:
            user = self._created(username, email, administrator)
        elif user.has_usable_password():
            raise CommandError(f"{username} a déjà un mot de passe.")
        if not user.email:
            raise CommandError(f"{username} n’a pas de courriel.")
        invite(user)
        send_invitation.defer(user_id=user.pk, language=settings.LANGUAGE_CODE)
        self.stdout.write(f"Invitation de {username} confiée au service de travaux, pour {user.email}")

    def _created(self, username: str, email: str, administrator: bool) -> User:
        user = User(username=username, email=email, is_staff=administrator, is_superuser=administrator)
        user.set_unusable_password()
        try:
            user.full_clean()
        except ValidationError as error:
            raise CommandError("; ".join(error.messages)) from error
        if not email:
            raise CommandError("Un nouveau compte demande --email.")
        user.save()
        return user
