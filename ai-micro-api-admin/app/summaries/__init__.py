"""What a knowledge base is as a whole: its numbers and its summary."""
