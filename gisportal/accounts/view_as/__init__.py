"""View as: somebody who manages the portal sees it as a person does, without writing anything."""
