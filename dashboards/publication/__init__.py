"""What is published and who sees it: drafts put online, versions compared and brought back, readers."""
