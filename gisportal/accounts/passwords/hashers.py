"""How passwords are hashed: Argon2id, at a cost measured on two cores (docs/adr/0020-sign-in-by-allauth.md)."""

from __future__ import annotations

from django.contrib.auth.hashers import Argon2PasswordHasher


class PortalArgon2Hasher(Argon2PasswordHasher):
    """Argon2id with 32 MiB, 4 passes, one lane: about 125 ms of processor; 16 threads at once take 512 MiB.

    OWASP's least is 19 MiB and 2 passes (Password Storage Cheat Sheet). Hashes of other costs, or of PBKDF2, are
    renewed when their owner signs in.
    """

    time_cost = 4
    memory_cost = 32 * 1024
    parallelism = 1
