"""What members owe one another, window by window, and the few transfers that settle it."""
