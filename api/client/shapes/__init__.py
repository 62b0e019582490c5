"""What is sent and answered, a module a resource."""
