"""Who takes points, and how an organisation comes to do so."""
