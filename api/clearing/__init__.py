"""What a member says to the clearing house with its own key."""
