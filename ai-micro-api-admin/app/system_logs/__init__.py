"""What administrators did and what went wrong, written in the transaction in which it happened."""
