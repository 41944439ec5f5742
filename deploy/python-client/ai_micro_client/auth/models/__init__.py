"""Contains all the data models used in inputs/outputs"""

from .account_create import AccountCreate
from .account_create_roles_item import AccountCreateRolesItem
from .account_export import AccountExport
from .account_out import AccountOut
from .account_patch import AccountPatch
from .account_patch_roles_item import AccountPatchRolesItem
from .account_with_password import AccountWithPassword
from .attempt_out import AttemptOut
from .attempt_out_direction import AttemptOutDirection
from .attempt_out_outcome import AttemptOutOutcome
from .attempt_out_phase import AttemptOutPhase
from .change_out import ChangeOut
from .credentials import Credentials
from .direction_out import DirectionOut
from .drift_out import DriftOut
from .elsewhere import Elsewhere
from .exported_account import ExportedAccount
from .exported_sign_in import ExportedSignIn
from .field_error import FieldError
from .finding_out import FindingOut
from .health import Health
from .key_set import KeySet
from .lock_out import LockOut
from .migrations_out import MigrationsOut
from .page_account_out import PageAccountOut
from .page_attempt_out import PageAttemptOut
from .page_session_out import PageSessionOut
from .password_change import PasswordChange
from .password_confirmation import PasswordConfirmation
from .pending_out import PendingOut
from .pending_out_phase import PendingOutPhase
from .plan_out import PlanOut
from .problem import Problem
from .public_key import PublicKey
from .readiness import Readiness
from .refresh_token_in import RefreshTokenIn
from .release_out import ReleaseOut
from .revision_out import RevisionOut
from .revision_out_phase import RevisionOutPhase
from .sample_out import SampleOut
from .sample_out_labels import SampleOutLabels
from .samples_out import SamplesOut
from .search_role_type_0 import SearchRoleType0
from .service_token_out import ServiceTokenOut
from .session_out import SessionOut
from .signup import Signup
from .statement_out import StatementOut
from .token_form import TokenForm
from .token_form_grant_type import TokenFormGrantType
from .tokens_out import TokensOut
from .withdrawals_out import WithdrawalsOut
from .withdrawals_out_accounts import WithdrawalsOutAccounts

__all__ = (
    "AccountCreate",
    "AccountCreateRolesItem",
    "AccountExport",
    "AccountOut",
    "AccountPatch",
    "AccountPatchRolesItem",
    "AccountWithPassword",
    "AttemptOut",
    "AttemptOutDirection",
    "AttemptOutOutcome",
    "AttemptOutPhase",
    "ChangeOut",
    "Credentials",
    "DirectionOut",
    "DriftOut",
    "Elsewhere",
    "ExportedAccount",
    "ExportedSignIn",
    "FieldError",
    "FindingOut",
    "Health",
    "KeySet",
    "LockOut",
    "MigrationsOut",
    "PageAccountOut",
    "PageAttemptOut",
    "PageSessionOut",
    "PasswordChange",
    "PasswordConfirmation",
    "PendingOut",
    "PendingOutPhase",
    "PlanOut",
    "Problem",
    "PublicKey",
    "Readiness",
    "RefreshTokenIn",
    "ReleaseOut",
    "RevisionOut",
    "RevisionOutPhase",
    "SampleOut",
    "SampleOutLabels",
    "SamplesOut",
    "SearchRoleType0",
    "ServiceTokenOut",
    "SessionOut",
    "Signup",
    "StatementOut",
    "TokenForm",
    "TokenFormGrantType",
    "TokensOut",
    "WithdrawalsOut",
    "WithdrawalsOutAccounts",
)
