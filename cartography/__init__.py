"""The style studio: how a layer is drawn, chosen without code, tried beside the map, published as a version."""
