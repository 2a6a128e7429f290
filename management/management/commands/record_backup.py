"""``manage.py record_backup``: what the portal says of its last backup, which another program makes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from management.health.services import record_backup, record_restoration


class Command(BaseCommand):
    """``record_backup FILE…``, ``record_backup --bytes N``, then ``record_backup --restored`` after a trial."""

    help = "Records that a backup was made, with its size, or that the last one was restored in a trial."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the files, or their size where they are on another machine, and the trial."""
        parser.add_argument("files", nargs="*", type=Path, help="the files of the backup, for their size")
        parser.add_argument("--bytes", type=int, help="the size of the backup, instead of its files")
        parser.add_argument("--restored", action="store_true", help="the last backup was restored in a trial")

    def handle(self, *arguments: Any, files: list[Path], restored: bool, **options: Any) -> None:
        """Record it.

        Raises:
            CommandError: a file that is not there, a size that is none, nothing to record, no backup to restore.
        """
        size, has_size = options["bytes"], options["bytes"] is not None
        if restored and (files or has_size):
            raise CommandError("record a backup, then its restoration: not both at once")
        if restored:
            if record_restoration() is None:
                raise CommandError("no backup is recorded")
            return
        if bool(files) == has_size:
            raise CommandError("give the files of the backup, or --bytes, or --restored")
        if not has_size:
            try:
                size = sum(path.stat().st_size for path in files)
            except OSError as error:
                raise CommandError(str(error)) from error
        if not 0 < size < 2**63:
            raise CommandError("an empty backup is none")
        record_backup(size=size)
