"""Requests to servers of models."""
