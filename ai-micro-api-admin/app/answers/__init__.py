"""The pure half of answers: language, kind and terms of a question, sentences that answer it. No database, no HTTP."""
