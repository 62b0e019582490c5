"""One page that shows every component, in both languages and both modes."""
