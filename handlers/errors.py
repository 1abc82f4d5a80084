"""Every error that Parley raises on purpose.

ParleyError
├── FetchError        could not get it; trying again may help
│   └── Refused       must not be fetched at all (scheme, address, size); trying again will not help
├── FormatError       got it, cannot read it; never retried
├── EndpointError     a language model's server gave no answer that can be used
├── SettingError      a setting that is none
├── QuestionError     an option of a command that is none; its text is the reply
└── StorageError      the database failed
    ├── NotFound      nothing has that key
    └── AlreadyExists something has that key

The text of each is one line for a person and names its subject. A library's exception is wrapped once, at
its boundary, with `raise … from`.
"""


class ParleyError(Exception):
    """Something went wrong that Parley can name."""


class FetchError(ParleyError):
    """A document could not be fetched."""

    def __init__(
        self,
        origin: str,
        reason: str,
        *,
        retry_after_s: float | None = None,
        status: int | None = None,
        is_passing: bool = False,
    ) -> None:
        """`status` None: there was no HTTP answer. `is_passing`: mostly gone at the next try (a timeout, a lost connection)."""
        super().__init__(f"{origin}: {reason}")
        self.origin = origin
        self.reason = reason
        self.retry_after_s = retry_after_s
        self.status = status
        self.is_passing = is_passing

    def __reduce__(self) -> tuple[object, ...]:
        return (type(self), (self.origin, self.reason))


class Refused(FetchError):
    """A document that must not be fetched: its scheme, its address or its size forbids it."""


class FormatError(ParleyError):
    """A document was fetched, but it is not what it should be."""

    def __init__(self, origin: str, reason: str) -> None:
        super().__init__(f"{origin}: {reason}")
        self.origin = origin
        self.reason = reason

    def __reduce__(self) -> tuple[object, ...]:
        # Raised in worker processes: without this, unpickling calls __init__ with one argument.
        return (type(self), (self.origin, self.reason))


class EndpointError(ParleyError):
    """A language model's server gave no answer that can be used; `tokens`: what it may have cost all the same."""

    def __init__(self, reason: str, tokens: int = 0) -> None:
        super().__init__(reason)
        self.reason = reason
        self.tokens = tokens

    def __reduce__(self) -> tuple[object, ...]:
        return (type(self), (self.reason, self.tokens))


class SettingError(ParleyError):
    """A setting has a value that it may not have."""


class QuestionError(ParleyError):
    """An option of a command makes no sense; the text is shown to whoever asked."""


class StorageError(ParleyError):
    """The database could not do what it was asked."""


class NotFound(StorageError):
    """Nothing is stored under that key."""


class AlreadyExists(StorageError):
    """Something is stored under that key already."""
