"""The passages of a document, and its text made of them."""
