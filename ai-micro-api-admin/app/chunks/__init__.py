"""Chunks as they are stored: the LangChain tables and the statistics of their terms."""
