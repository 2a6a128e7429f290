"""What is done with rasters: tiles drawn, files imported, versions put online."""
