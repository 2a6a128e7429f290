"""Reminders of accesses and accounts that end, by e-mail."""
