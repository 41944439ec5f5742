"""How often something may be tried, counted by the network and the account that it comes from."""
