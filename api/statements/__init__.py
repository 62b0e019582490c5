"""Members' statements, their documents, and tills matched against them."""
