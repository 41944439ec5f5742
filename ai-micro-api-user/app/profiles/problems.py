"""What can be wrong with a request for profiles."""

from service_kit.http.problems import Problem


class ProfileNotFound(Problem, status=404, code="PROFILE_NOT_FOUND"):
    """There is no such profile that you may see."""


class ProfileExists(Problem, status=409, code="PROFILE_EXISTS"):
    """This user has a profile already; change it with PUT or PATCH."""


class NotYourProfile(Problem, status=403, code="NOT_YOUR_PROFILE"):
    """Only an administrator may create a profile for another user."""
