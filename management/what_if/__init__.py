"""What unsaved changes of rights would give and take away, tried in a savepoint."""
