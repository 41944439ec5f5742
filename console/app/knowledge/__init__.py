"""What is known: bases, their collections and documents, and the passages of these."""
