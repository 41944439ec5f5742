"""The service that keeps all audit events knows the acts of those that send them, which no service may import."""

import ast
from pathlib import Path

from stack.services.service import known_services

KEEPER = "admin"


def acts_of(file: Path) -> tuple[str, ...]:
    """The codes of the enum `Act` of a service; none where it has no audit trail."""
    classes = (
        [node for node in ast.parse(file.read_text()).body if isinstance(node, ast.ClassDef)] if file.exists() else []
    )
    values = [node.value for one in classes if one.name == "Act" for node in one.body if isinstance(node, ast.Assign)]
    return tuple(str(ast.literal_eval(value)) for value in values)


def test_the_keeper_of_audit_events_knows_the_acts_of_every_other_service() -> None:
    services = known_services()
    keeper = next(service for service in services if service.name == KEEPER)
    acts = {service.folder_name: acts_of(service.folder / "app/audit_trail.py") for service in services}
    assert acts[keeper.folder_name]

    tree = ast.parse((keeper.folder / "app/audit_logs/acts.py").read_text())
    (known,) = [
        ast.literal_eval(node.value)
        for node in tree.body
        if isinstance(node, ast.AnnAssign) and getattr(node.target, "id", "") == "OF_OTHERS" and node.value is not None
    ]

    assert known == {name: found for name, found in acts.items() if found and name != keeper.folder_name}
