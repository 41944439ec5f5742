"""What embeddings, search and snippets agree on about text: one normal form and one division into runs."""
