"""Test residents, on an example network alone: so that providers try their desks."""
