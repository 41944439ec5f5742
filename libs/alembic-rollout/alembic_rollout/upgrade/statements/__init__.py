"""What is done with each statement of a revision while it runs: its limits, and that it was decided on."""
