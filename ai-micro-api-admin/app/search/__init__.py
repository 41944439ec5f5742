"""The pure half of search: index terms, their weights, the fusion of rankings, snippets. No database, no HTTP."""
