"""The admin service: knowledge bases, documents, search, prompt templates, settings and logs."""
