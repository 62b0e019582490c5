"""The fund's projects and votes, without HTTP and without a chain."""
