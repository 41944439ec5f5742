"""What every service needs once: settings, database, errors, token checks, health, metrics, logs.

Knows no service. `service_kit.application.create_application` puts the pieces together.
"""
