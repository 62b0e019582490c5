"""Webhooks: signed messages to members' own servers."""
