"""What opens a resident's wallet secret: envelopes that the operator keeps and can't open."""
