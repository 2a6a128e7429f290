"""Vector tiles out of PostGIS. They serve any layer and know no domain."""
