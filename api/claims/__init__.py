"""What residents ask of issuers, and the answers."""
