"""What residents would like to get."""
