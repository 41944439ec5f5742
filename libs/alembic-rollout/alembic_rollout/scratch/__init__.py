"""Throwaway databases, made as the administrator and used as the migrating role."""
