"""Takes the measurements and prints them beside their targets."""

import os

from stack.bench.images import largest_image_above_base
from stack.bench.overload import overload
from stack.bench.read import CONNECTIONS, compare_reads
from stack.bench.running import measured_stack, temporary_data
from stack.bench.sign_in import compare_sign_ins
from stack.console import Console

MEGABYTE = 1_000_000
BASE_IMAGE = "python:3.13-slim-trixie"


def bench(console: Console) -> None:
    """Measure, and print a line as soon as each figure is there. Changes nothing and judges nothing."""

    def line(what: str, figure: str, target: str) -> None:
        console.say(f"{what:<58} {figure:>12}   {target and f'target {target}'}")

    with temporary_data() as data:
        with measured_stack(data) as stack:
            line("start with an empty data folder, to three ready services", f"{stack.seconds:.1f} s", "10 s")
        with measured_stack(data) as stack:
            line("start with data", f"{stack.seconds:.1f} s", "6 s")
            line("the whole stack at rest, resident", f"{stack.resident_bytes() / MEGABYTE:.0f} MB", "450 MB")
            service, bare = compare_reads(stack)
            best, loaded = overload(stack)
            sign_ins, hashes = compare_sign_ins(stack)
        line(f"GET /profiles/{{id}}, {CONNECTIONS} connections", f"{service:.0f} /s", "")
        line("the same row by psycopg2 in a bare endpoint", f"{bare:.0f} /s", "")
        line("ratio of the two", f"{service / bare:.2f}", "0.60 or more")
        line("the same at twice the load that the service can carry", f"{loaded:.0f} /s", "")
        line("ratio to its best in that run", f"{loaded / best:.2f}", "0.90 or more")
        line("POST /auth/login", f"{sign_ins:.0f} /s", "")
        line("its password hash, verified by argon2 alone", f"{hashes:.0f} /s", "")
        line("ratio of the two", f"{sign_ins / hashes:.2f}", "0.90 or more")
    above = largest_image_above_base(os.environ.get("PYTHON_IMAGE") or BASE_IMAGE)
    line("largest image above its base", "not built" if above is None else f"{above:.0f} MB", "200 MB")
