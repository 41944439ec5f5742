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
from .drift_out import DriftOut
from .elsewhere import Elsewhere
from .exported_account import ExportedAccount
from .exported_sign_in import ExportedSignIn
from .field_error import FieldError
from .health import Health
from .key_set import KeySet
from .migrations_out import MigrationsOut
from .page_account_out import PageAccountOut
from .page_attempt_out import PageAttemptOut
from .page_session_out import PageSessionOut
from .password_change import PasswordChange
from .password_confirmation import PasswordConfirmation
from .pending_out import PendingOut
from .pending_out_phase import PendingOutPhase
from .problem import Problem
from .public_key import PublicKey
from .readiness import Readiness
from .refresh_token_in import RefreshTokenIn
from .release_out import ReleaseOut
from .search_role_type_0 import SearchRoleType0
from .service_token_out import ServiceTokenOut
from .session_out import SessionOut
from .signup import Signup
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
    "DriftOut",
    "Elsewhere",
    "ExportedAccount",
    "ExportedSignIn",
    "FieldError",
    "Health",
    "KeySet",
    "MigrationsOut",
    "PageAccountOut",
    "PageAttemptOut",
    "PageSessionOut",
    "PasswordChange",
    "PasswordConfirmation",
    "PendingOut",
    "PendingOutPhase",
    "Problem",
    "PublicKey",
    "Readiness",
    "RefreshTokenIn",
    "ReleaseOut",
    "SearchRoleType0",
    "ServiceTokenOut",
    "SessionOut",
    "Signup",
    "TokenForm",
    "TokenFormGrantType",
    "TokensOut",
    "WithdrawalsOut",
    "WithdrawalsOutAccounts",
)
