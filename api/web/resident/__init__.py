"""The residents' own pages (居民)."""
