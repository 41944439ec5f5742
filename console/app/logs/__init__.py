"""The logs that the admin service keeps of all services, for administrators."""
