"""Residents sign in by OpenID Connect, keep sessions, and name contacts who give a wallet back."""
