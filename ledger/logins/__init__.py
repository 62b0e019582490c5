"""Residents' sign-ins by providers of the operator's choice, their sessions, recovery contacts."""
