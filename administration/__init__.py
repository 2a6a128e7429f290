"""The administration of layers and of their rows: Django's, with the rows and rights of ``layers.access``."""
