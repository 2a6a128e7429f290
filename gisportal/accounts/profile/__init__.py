"""What a person changes of their own account: the e-mail address."""
