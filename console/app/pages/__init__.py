"""What every page has: its frame, its language, its rules for the browser, how it shows what went wrong."""
