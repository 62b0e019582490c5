"""Events and webhooks, without a network."""
