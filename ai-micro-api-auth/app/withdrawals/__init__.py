"""Which access tokens are good no more although they have not expired: kept, and published to the services."""
