"""Events as a list to poll, and as a stream for pages."""
