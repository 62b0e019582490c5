"""What happened, told to those who may know: events, and webhooks that carry them outwards."""
