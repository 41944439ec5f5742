"""Text on its way from bytes to pages: decoding, cleaning, paragraphs, tables and sections. Imports no parser."""
