"""Imports: a million points by the command, and a file of 200 MB by the page, its worker and its web server watched."""
