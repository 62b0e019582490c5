"""Every operation, a module a resource."""
