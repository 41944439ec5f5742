"""Contains all the data models used in inputs/outputs"""

from .attempt_out import AttemptOut
from .attempt_out_direction import AttemptOutDirection
from .attempt_out_outcome import AttemptOutOutcome
from .attempt_out_phase import AttemptOutPhase
from .change_out import ChangeOut
from .drift_out import DriftOut
from .erasure import Erasure
from .erasure_out import ErasureOut
from .field_error import FieldError
from .health import Health
from .migrations_out import MigrationsOut
from .page_attempt_out import PageAttemptOut
from .page_profile_out import PageProfileOut
from .pending_out import PendingOut
from .pending_out_phase import PendingOutPhase
from .problem import Problem
from .profile_create import ProfileCreate
from .profile_export import ProfileExport
from .profile_out import ProfileOut
from .profile_patch import ProfilePatch
from .profile_replace import ProfileReplace
from .readiness import Readiness
from .release_out import ReleaseOut

__all__ = (
    "AttemptOut",
    "AttemptOutDirection",
    "AttemptOutOutcome",
    "AttemptOutPhase",
    "ChangeOut",
    "DriftOut",
    "Erasure",
    "ErasureOut",
    "FieldError",
    "Health",
    "MigrationsOut",
    "PageAttemptOut",
    "PageProfileOut",
    "PendingOut",
    "PendingOutPhase",
    "Problem",
    "ProfileCreate",
    "ProfileExport",
    "ProfileOut",
    "ProfilePatch",
    "ProfileReplace",
    "Readiness",
    "ReleaseOut",
)
