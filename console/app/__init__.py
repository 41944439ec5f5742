"""A web page over the APIs of the services: no database, every right that of the signed-in account."""
