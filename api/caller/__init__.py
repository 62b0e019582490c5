"""Who is calling: what a token is for, as a page must know before it shows anything."""
