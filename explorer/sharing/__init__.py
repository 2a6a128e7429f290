"""What of the explorer's pages is shared: who sees what of a link, frames for other sites, files of a map."""
