"""Who is signed in, and how a browser is known again."""
