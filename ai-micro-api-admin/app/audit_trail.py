"""The audit trail of this service and the codes of its acts."""

from service_kit.audit.acts import AdminAct as Act
from service_kit.audit.trail import AuditTrail

__all__ = ["TRAIL", "Act"]

TRAIL = AuditTrail("ai-micro-api-admin", delivered=False)
