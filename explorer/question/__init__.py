"""The question of the map as a sentence of menus: each choice is another question."""
