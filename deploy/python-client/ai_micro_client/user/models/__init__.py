"""Contains all the data models used in inputs/outputs"""

from .attempt_out import AttemptOut
from .attempt_out_direction import AttemptOutDirection
from .attempt_out_outcome import AttemptOutOutcome
from .attempt_out_phase import AttemptOutPhase
from .change_out import ChangeOut
from .direction_out import DirectionOut
from .drift_out import DriftOut
from .erasure import Erasure
from .erasure_out import ErasureOut
from .field_error import FieldError
from .finding_out import FindingOut
from .health import Health
from .lock_out import LockOut
from .migrations_out import MigrationsOut
from .page_attempt_out import PageAttemptOut
from .page_profile_out import PageProfileOut
from .pending_out import PendingOut
from .pending_out_phase import PendingOutPhase
from .plan_out import PlanOut
from .problem import Problem
from .profile_create import ProfileCreate
from .profile_export import ProfileExport
from .profile_out import ProfileOut
from .profile_patch import ProfilePatch
from .profile_replace import ProfileReplace
from .readiness import Readiness
from .release_out import ReleaseOut
from .revision_out import RevisionOut
from .revision_out_phase import RevisionOutPhase
from .sample_out import SampleOut
from .sample_out_labels import SampleOutLabels
from .samples_out import SamplesOut
from .statement_out import StatementOut

__all__ = (
    "AttemptOut",
    "AttemptOutDirection",
    "AttemptOutOutcome",
    "AttemptOutPhase",
    "ChangeOut",
    "DirectionOut",
    "DriftOut",
    "Erasure",
    "ErasureOut",
    "FieldError",
    "FindingOut",
    "Health",
    "LockOut",
    "MigrationsOut",
    "PageAttemptOut",
    "PageProfileOut",
    "PendingOut",
    "PendingOutPhase",
    "PlanOut",
    "Problem",
    "ProfileCreate",
    "ProfileExport",
    "ProfileOut",
    "ProfilePatch",
    "ProfileReplace",
    "Readiness",
    "ReleaseOut",
    "RevisionOut",
    "RevisionOutPhase",
    "SampleOut",
    "SampleOutLabels",
    "SamplesOut",
    "StatementOut",
)
