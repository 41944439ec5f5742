"""Draws pages of a PDF in a process of their own."""
