"""The pages for everybody: start, documentation of the interface, errors."""
