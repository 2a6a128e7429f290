"""What cells become: pictures, documents, files."""
