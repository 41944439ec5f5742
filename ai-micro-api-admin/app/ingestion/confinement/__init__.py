"""What a process that reads uploads takes away from itself, for good, before it sees the first byte of a file.

Layers that do not depend on each other, because no system has all of them: limits of resources (every POSIX system),
an account of its own (root only), Landlock and seccomp (Linux). `seal` applies them; the rest of this package is one
module for each. Only the standard library is imported here.
"""
