"""The endpoints that every service has: probes, metrics, migrations, the docs page."""
