"""Orders from hold to capture, release or refund."""
