"""The pictures of the documents, all taken by one program from a portal that runs with its demonstration."""
