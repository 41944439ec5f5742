"""Upgrade, downgrade and stamp: decide once, then run one transaction a revision under the run lock.

Imports lint, backup, releases, history and what is below them; only `commands` and `running` import it.
"""
