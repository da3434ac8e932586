"""What a rule or an act answers when it cannot go on. Pages and the JSON API map each type once."""

from collections.abc import Mapping, Sequence


class StocktraceError(Exception):
    """Any refusal that a person or script can do something about."""


class NotFound(StocktraceError):
    """Nothing with that key, or nothing that the asking person may see."""

    def __init__(self, kind: str, key: object) -> None:
        super().__init__(f"no {kind} {key}")
        self.kind = kind
        self.key = key


class Refused(StocktraceError):
    """The act is not possible in the present state. `code` and `params` become words in wording.py."""

    def __init__(self, code: str, **params: object) -> None:
        super().__init__(f"{code} {params}" if params else code)
        self.code = code
        self.params = params


class Invalid(StocktraceError):
    """The input is wrong: for each field, what is wrong with it."""

    def __init__(self, errors: Mapping[str, Sequence[str]]) -> None:
        super().__init__("; ".join(f"{field}: {', '.join(found)}" for field, found in errors.items()))
        self.errors = {field: list(found) for field, found in errors.items()}


class InvalidEntries(Invalid):
    """Entries of a list are wrong: for each, in their order, what is wrong with it, if anything."""

    def __init__(self, entries: Sequence[Mapping[str, Sequence[str]]]) -> None:
        self.entries = [{field: list(found) for field, found in entry.items()} for entry in entries]
        super().__init__(
            {
                f"[{place}].{field}": found
                for place, entry in enumerate(self.entries)
                for field, found in entry.items()
            }
        )
