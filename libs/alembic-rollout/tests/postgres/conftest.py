"""The shop of the backups, for programs that read one."""

from backup.conftest import fakes, shop

__all__ = ["fakes", "shop"]
