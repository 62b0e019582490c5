"""What opens a resident's wallet secret: envelopes, kept for the resident's own browsers."""
