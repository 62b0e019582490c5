"""Signing in and out by browser: residents by a provider, staff by their key."""
