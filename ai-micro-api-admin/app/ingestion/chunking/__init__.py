"""From the pages of a document to chunks and what they are found by."""
