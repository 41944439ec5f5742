"""Reviews the migrations of a branch before it is merged: compared with its base, linted, rehearsed, and written down.

Works in a scratch database: what the project's own database holds is neither read nor changed.
"""
