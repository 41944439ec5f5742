"""The audit trail of this service and the codes of its acts."""

from service_kit.audit.acts import AdminAct as Act
from service_kit.audit.trail import AuditTrail

__all__ = ["SERVICE", "TRAIL", "Act"]

SERVICE = "ai-micro-api-admin"
TRAIL = AuditTrail(SERVICE, delivered=False)
