"""What can be wrong with a request for settings."""

from service_kit.http.problems import Problem


class SettingNotFound(Problem, status=404, code="SETTING_NOT_FOUND"):
    """There is no setting of that name."""


class InvalidSettingValue(Problem, status=422, code="INVALID_SETTING_VALUE"):
    """The value is of the wrong type or out of bounds."""
