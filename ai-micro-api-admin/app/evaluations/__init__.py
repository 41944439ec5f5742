"""How well search finds: questions with the documents that are expected, and runs over them."""
