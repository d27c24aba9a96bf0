"""What every table of the configuration is made of: strict, frozen, and with its errors in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, TypeVar, get_args

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
    ValidationInfo,
)

from auditor import config_values as values
from auditor.config_file import Table
from auditor.config_words import hint, sentence
from auditor.display import line
from auditor.errors import ConfigError


def folder(info: ValidationInfo) -> Path:
    """Where the file lies that is being read."""
    context: Mapping[str, Path] = info.context or {}
    return context.get("folder", Path())


def _path(value: object, info: ValidationInfo) -> object:
    """A path is relative to the file that it is written in."""
    return folder(info) / Path(value).expanduser() if isinstance(value, str) and value else value


T = TypeVar("T")
Many = Annotated[tuple[T, ...], Field(strict=False)]
Text = Annotated[str, StringConstraints(min_length=1, max_length=1000), AfterValidator(values.printable)]
File = Annotated[Path, BeforeValidator(_path)]
Port = Annotated[int, Field(ge=1, le=65535)]


class Section(BaseModel):
    """One table: unknown keys and wrong types are errors."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


S = TypeVar("S", bound=Section)


def validated(model: type[S], table: Table, content: Mapping[str, Any]) -> S:
    """The table as a value. Raises ConfigError naming file, table and key."""
    try:
        return model.model_validate(content, context={"folder": table.file.parent})
    except ValidationError as error:
        details = [each for each in error.errors() if each["type"] != "default_factory_not_called"]
        # A misspelt key first: the missing one is only its shadow.
        details.sort(key=lambda each: each["type"] != "extra_forbidden")
        raise _in_words(model, table, details[0]) from None


def _in_words(model: type[BaseModel], table: Table, detail: Mapping[str, Any]) -> ConfigError:
    above = [part for part in detail["loc"] if isinstance(part, str)]
    # A check of a whole table names the key itself, where there is one.
    is_whole = detail["type"] == "value_error" and isinstance(detail["input"], dict)
    key = "" if is_whole else above.pop()
    known = _fields_at(model, above)
    title = line(".".join([table.title, *above]), 120)
    where = f"{table.file}: [{title}]" + (f" {line(key, 80)}" if key else "")
    problem = line(sentence(detail, key, known), 300)
    return ConfigError(f"{where}{': ' if key else ' '}{problem}", hint=hint(detail, key))


def _fields_at(model: type[BaseModel], path: Sequence[str]) -> list[str]:
    """The keys of the table that lies at `path` below the model's own."""
    for key in path:
        annotation = model.model_fields[key].annotation
        model = next(each for each in get_args(annotation) if isinstance(each, type) and each is not type(None))
    return [key for key in model.model_fields if key != "name"]
