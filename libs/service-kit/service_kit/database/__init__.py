"""The database of a service: sessions, admission to them, models, and what keeps a service out of trouble with it."""
