"""What residents want to be told, and what they were reminded of."""
