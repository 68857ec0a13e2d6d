"""The history: editions of the results, and what differs between two of them."""
