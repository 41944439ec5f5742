"""What sign-ins are compared with: the same hash verified by argon2 alone, in as many threads as there are cores.

Runs in the auth service's environment, which has argon2: `python bare_argon2.py SECONDS` prints verifications a second.
"""

import os
import sys
import time
from concurrent.futures import ThreadPoolExecutor

from argon2 import PasswordHasher

# What ai-micro-api-auth/app/passwords/passwords.py hashes with.
hasher = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
stored = hasher.hash("correct horse battery staple")


def verify_until(deadline: float) -> int:
    """Return how many verifications one thread has done at a time of `time.perf_counter`."""
    done = 0
    while time.perf_counter() < deadline:
        hasher.verify(stored, "correct horse battery staple")
        done += 1
    return done


def main() -> None:
    """Print verifications a second."""
    threads = os.cpu_count() or 1
    started = time.perf_counter()
    deadline = started + float(sys.argv[1])
    with ThreadPoolExecutor(threads) as executor:
        done = sum(executor.map(verify_until, [deadline] * threads))
    print(done / (time.perf_counter() - started))  # noqa: T201 - it is a program


if __name__ == "__main__":
    main()
