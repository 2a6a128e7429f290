"""Sign-in by a provider of identities: OpenID Connect."""
