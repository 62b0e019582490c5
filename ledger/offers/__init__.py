"""What acceptors offer and residents want: offers, slots, search, applications, wishes, ratings."""
