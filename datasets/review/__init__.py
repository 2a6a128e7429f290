"""Review of a delivery before it goes online: what is out of the ordinary in it."""
