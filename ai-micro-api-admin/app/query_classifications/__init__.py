"""How questions were understood: about a knowledge base as a whole, or about its content."""
