"""The transactional outbox: what was committed together with an act is delivered to another service afterwards.

Imports run downwards: delivery -> receiver, queue -> batches.
"""
