"""What the code of revisions may not do while it is only read, and what it must not ask unnoticed."""
