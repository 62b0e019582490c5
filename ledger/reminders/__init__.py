"""What residents are told without asking: before points expire, and month by month."""
