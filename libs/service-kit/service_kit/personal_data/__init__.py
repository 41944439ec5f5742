"""What is a person's own: its deletion with the account, and its download."""
