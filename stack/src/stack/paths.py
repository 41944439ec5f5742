"""Where things lie in the checkout that this package was installed from (it is installed in place)."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
POSTGRES_INIT = ROOT / "postgres-init"
COMPOSE_FILE = ROOT / "docker-compose.yml"
