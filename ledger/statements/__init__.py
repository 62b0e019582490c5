"""Members' statements: put together from the chain, and written as formal documents."""
