#!/usr/bin/env python3
"""Django's command line for the portal; ``./portal manage`` runs it with the environment set."""

import os
import sys

from django.core.management import execute_from_command_line

OWNER_COMMANDS = ("migrate", "pgtrigger")

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gisportal.settings.base")
    # Nobody waits for a command before a page: its statements have more time (gisportal/settings/database.py).
    os.environ.setdefault("PORTAL_COMMAND", "1")
    # Changes of the tables are their owner's alone, where there are two roles (same file).
    if sys.argv[1:2] and sys.argv[1] in OWNER_COMMANDS:
        os.environ.setdefault("PORTAL_DATABASE_AS_OWNER", "1")
    execute_from_command_line(sys.argv)
