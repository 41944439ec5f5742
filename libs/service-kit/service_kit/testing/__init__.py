"""pytest plugin for the services' tests: databases built by the migrations, and signed tokens.

Loaded by pytest through its entry point; nothing here is imported by a running service.
"""
