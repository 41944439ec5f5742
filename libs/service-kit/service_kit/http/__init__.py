"""What a body or a header says: problems, request and response models, entity tags. Knows no database."""
