"""What an order would take."""
