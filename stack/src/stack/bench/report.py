"""Takes the measurements and prints them beside their targets."""

import os
from statistics import median

from stack.bench.documents import process_large, process_many
from stack.bench.images import largest_image_above_base
from stack.bench.overload import overload
from stack.bench.read import CONNECTIONS, compare_reads
from stack.bench.running import measured_stack, temporary_data
from stack.bench.search import median_search
from stack.bench.sign_in import compare_sign_ins
from stack.terminal import Terminal

MEGABYTE = 1_000_000
ROUNDS = 3
BASE_IMAGE = "python:3.13-slim-trixie"


def bench(terminal: Terminal) -> None:
    """Measure, and print a line as soon as each figure is there. Changes nothing and judges nothing."""

    def line(what: str, figure: str, target: str) -> None:
        terminal.say(f"{what:<58} {figure:>12}   {target and f'target {target}'}")

    with temporary_data() as data:
        with measured_stack(data) as stack:
            line("start with an empty data folder, to three ready services", f"{stack.seconds:.1f} s", "10 s")
        with measured_stack(data) as stack:
            line("start with data", f"{stack.seconds:.1f} s", "6 s")
            line("the whole stack at rest, resident", f"{stack.resident_bytes() / MEGABYTE:.0f} MB", "450 MB")
            service, bare = compare_reads(stack)
            best, loaded = overload(stack)
            sign_ins, hashes = compare_sign_ins(stack)
        with measured_stack(data) as stack:
            process_many(stack, files=20)  # what is imported and opened once
            many = process_many(stack)
            searches = {mode: median_search(stack, mode) for mode in ("hybrid", "vector", "text")}
            large = median(found.chunks / found.seconds for found in (process_large(stack) for _ in range(ROUNDS)))
        line(f"GET /profiles/{{id}}, {CONNECTIONS} connections", f"{service:.0f} /s", "")
        line("the same row by psycopg2 in a bare endpoint", f"{bare:.0f} /s", "")
        line("ratio of the two", f"{service / bare:.2f}", "0.60 or more")
        line("the same at twice the load that the service can carry", f"{loaded:.0f} /s", "")
        line("ratio to its best in that run", f"{loaded / best:.2f}", "0.90 or more")
        line("POST /auth/login", f"{sign_ins:.0f} /s", "")
        line("its password hash, verified by argon2 alone", f"{hashes:.0f} /s", "")
        line("ratio of the two", f"{sign_ins / hashes:.2f}", "0.90 or more")
        line(f"{many.files} Markdown files of 6 kB, upload to ready", f"{many.files / many.seconds:.1f} /s", "25 /s")
        line("their chunks", f"{many.chunks / many.seconds:.0f} /s", "350 /s")
        line("what the service answers meanwhile, p95, of idle", f"{many.answer_ratio:.2f}", "2.0 or less")
        for mode, milliseconds in searches.items():
            line(f"GET /api/search?mode={mode}, {many.chunks:,} chunks", f"{milliseconds:.0f} ms", "20 ms")
        line("chunks of one text of 10 MB, upload to ready", f"{large:.0f} /s", "1,000 /s")
    above = largest_image_above_base(os.environ.get("PYTHON_IMAGE") or BASE_IMAGE)
    line("largest image above its base", "not built" if above is None else f"{above:.0f} MB", "200 MB")
