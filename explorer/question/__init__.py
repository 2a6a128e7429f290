"""The question of the map as people say it: words become parameters of the map, and these a sentence of menus."""
