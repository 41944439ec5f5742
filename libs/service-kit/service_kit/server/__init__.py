"""The edge of a service: what every request and answer passes, and the endpoints that every service has."""
