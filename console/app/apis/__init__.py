"""The APIs of the services, asked in the name of the signed-in account."""
