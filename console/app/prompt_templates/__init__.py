"""What the language model is sent."""
