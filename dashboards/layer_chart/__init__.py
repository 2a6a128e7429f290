"""One chart of a layer, that its reader makes on its page: by what, what is measured, how it is drawn."""
