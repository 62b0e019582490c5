"""A month's statements for the post and for SMS."""
