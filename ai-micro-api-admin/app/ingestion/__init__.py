"""From an uploaded file to chunks of text. Files are read in a child process only: see `app.ingestion.isolation`."""
