"""Language models behind an OpenAI-compatible server: what is sent to them, and what is believed of their answers."""
