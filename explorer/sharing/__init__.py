"""Sharing of the explorer’s pages: who sees what of a link, frames for other sites, files of a map."""
