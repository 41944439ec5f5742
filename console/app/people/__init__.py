"""Accounts for administrators, and each person's own account."""
