"""What every request and every answer passes: its id and log line, its body, the headers of its answer, CORS."""
