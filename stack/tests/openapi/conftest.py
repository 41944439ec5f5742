"""A running stack of its own: requests at random leave things behind that other tests would stumble over."""

from end_to_end.conftest import administrator, client, description, stack

__all__ = ["administrator", "client", "description", "stack"]
