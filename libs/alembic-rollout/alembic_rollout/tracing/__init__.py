"""Traces for OpenTelemetry: a span for a command, and one for each revision that it runs. Imports nothing above it."""
