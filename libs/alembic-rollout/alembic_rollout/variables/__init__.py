"""What environment variables hold: secrets, in themselves or in a file, and URLs in parts."""
