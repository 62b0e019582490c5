"""What the community fund's points are spent on: proposed and voted on by residents."""
