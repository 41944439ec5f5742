"""The audit trail: who did what to what, from where, with which result.

Imports run downwards: application -> refusals, delivery, metrics -> trail -> tables.
"""
