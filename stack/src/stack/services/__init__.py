"""The services: what each is called, how it is started, and one as a child process."""
