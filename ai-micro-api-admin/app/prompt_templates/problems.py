"""What can be wrong with a request for prompt templates."""

from service_kit.http.problems import Problem


class PromptTemplateNotFound(Problem, status=404, code="PROMPT_TEMPLATE_NOT_FOUND"):
    """There is no such prompt template."""

    NO_DEFAULT = "There is no default template for {purpose}; make one the default."
    OTHER_PURPOSE = "The template {name} is for {purpose}, not for {wanted}."
    texts = (NO_DEFAULT, OTHER_PURPOSE)


class QuestionMissing(Problem, status=422, code="QUESTION_MISSING"):
    """A template for answers is shown with a question; send one."""


class PromptTemplateNameTaken(Problem, status=409, code="PROMPT_TEMPLATE_NAME_TAKEN"):
    """Another prompt template has that name; choose another one."""


class DefaultPromptTemplateProtected(Problem, status=409, code="DEFAULT_PROMPT_TEMPLATE_PROTECTED"):
    """This is the default template for its purpose; make another one the default first (`is_default`: true)."""


class InvalidPromptTemplate(Problem, status=422, code="INVALID_PROMPT_TEMPLATE"):
    """The content has an unknown or missing variable, or a single brace."""

    SINGLE_BRACE = "A single {brace} in line {line} of the content belongs to no variable; write {braces} for a brace."
    UNKNOWN = (
        "The variable {name} is unknown; a template for {purpose} may have {known}. For braces around a text write {{{{"
        " and }}}}."
    )
    MISSING = "The content has no {missing}; put it where it is to be filled in."
    texts = (SINGLE_BRACE, UNKNOWN, MISSING)
