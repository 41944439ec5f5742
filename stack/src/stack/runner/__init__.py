"""What `make run` is made of: settings, data folder, passwords, database, and the services kept running together."""
