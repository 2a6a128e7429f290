"""Sharing a page of the portal: its link, its code, its frame for other sites, its files."""
