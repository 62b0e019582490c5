"""What can be got for points: offers, their pictures, and queues for scarce slots."""
