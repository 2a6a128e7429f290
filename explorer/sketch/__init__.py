"""The territory as a picture that needs no script."""
