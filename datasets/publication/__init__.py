"""Datasets made and dropped, versions put online, brought back and thinned."""
