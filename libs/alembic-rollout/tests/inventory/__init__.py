"""The statements that a release sends: how they are kept, recorded and asked."""
