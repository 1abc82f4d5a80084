"""Documented limits of message components and modals: nesting, counts, lengths. Returns problems, changes nothing."""

from collections.abc import Iterator
from typing import Any

from tests.discord_server.errors import Problem
from tests.discord_server.message import walk

Component = dict[str, Any]
Path = tuple[str | int, ...]
ROW, BUTTON, SELECT, TEXT_INPUT, SECTION, TEXT, THUMBNAIL, GALLERY, FILE, SEPARATOR, CONTAINER, LABEL = (
    1,
    2,
    3,
    4,
    9,
    10,
    11,
    12,
    13,
    14,
    17,
    18,
)
SELECTS = {3, 5, 6, 7, 8}
IN_CONTAINER = {ROW, SECTION, TEXT, GALLERY, FILE, SEPARATOR}
MAX_COMPONENTS, MAX_TEXT = 40, 4000
URL_SCHEMES = ("http://", "https://", "discord://")
BAD, LENGTH, REQUIRED = "BASE_TYPE_BAD", "BASE_TYPE_BAD_LENGTH", "BASE_TYPE_REQUIRED"


def length(value: Any, path: Path, most: int, least: int = 1) -> Iterator[Problem]:
    if not isinstance(value, str) or not least <= len(value) <= most:
        yield Problem(path, LENGTH, f"Must be between {least} and {most} in length.")


def component_problems(
    components: list[Component], *, is_v2: bool, filenames: set[str], path: Path = ("components",)
) -> list[Problem]:
    allowed = IN_CONTAINER | {CONTAINER} if is_v2 else {ROW}
    if not is_v2 and len(components) > 5:
        return [Problem(path, LENGTH, "Must be 5 or fewer in length.")]
    found = [*_children(components, path, allowed, filenames), *_unique(components, path)]
    if is_v2:
        found += _totals(components, path)
    return found


def modal_problems(data: dict[str, Any]) -> list[Problem]:
    rows = data.get("components") or []
    found = [*length(data.get("custom_id"), ("custom_id",), 100), *length(data.get("title"), ("title",), 45)]
    if not 1 <= len(rows) <= 5:
        found.append(Problem(("components",), LENGTH, "Must be between 1 and 5 in length."))
    for index, row in enumerate(rows):
        if row["type"] not in (ROW, LABEL, TEXT):
            found.append(Problem(("components", index), BAD, "may not stand in a modal"))
    return [*found, *_unique(rows, ("components",))]


def _totals(components: list[Component], path: Path) -> Iterator[Problem]:
    every = list(walk(components))
    if len(every) > MAX_COMPONENTS:
        yield Problem(path, LENGTH, f"{len(every)} components: at most {MAX_COMPONENTS} in all, nested ones too.")
    shown = sum(len(component.get("content") or "") for component in every if component["type"] == TEXT)
    if shown > MAX_TEXT:
        yield Problem(path, LENGTH, f"{shown} characters displayed: at most {MAX_TEXT} in all text displays.")


def _unique(components: list[Component], path: Path) -> Iterator[Problem]:
    for key in ("custom_id", "id"):
        values = [component[key] for component in walk(components) if component.get(key)]
        for value in {value for value in values if values.count(value) > 1}:
            yield Problem(path, "COMPONENT_CUSTOM_ID_DUPLICATED", f"{key} {value!r} is used twice.")


def _children(components: list[Component], path: Path, allowed: set[int], filenames: set[str]) -> Iterator[Problem]:
    for index, component in enumerate(components):
        here = (*path, index)
        if component.get("type") not in allowed:
            yield Problem((*here, "type"), BAD, f"a component of type {component.get('type')} may not stand here")
        else:
            yield from _one(component, here, filenames)


def _one(component: Component, here: Path, filenames: set[str]) -> Iterator[Problem]:
    kind = component["type"]
    children = component.get("components") or []
    if kind == ROW:
        yield from _row(children, here, filenames)
    elif kind == SECTION:
        if not 1 <= len(children) <= 3:
            yield Problem((*here, "components"), LENGTH, "Must be between 1 and 3 in length.")
        yield from _children(children, (*here, "components"), {TEXT}, filenames)
        yield from _children([component.get("accessory") or {}], (*here, "accessory"), {BUTTON, THUMBNAIL}, filenames)
    elif kind == CONTAINER:
        if not children:
            yield Problem((*here, "components"), REQUIRED, "A container may not be empty.")
        yield from _children(children, (*here, "components"), IN_CONTAINER, filenames)
    elif kind == TEXT:
        yield from _text(component, here)
    elif kind == BUTTON:
        yield from _button(component, here)
    elif kind in SELECTS:
        yield from _select(component, here)
    else:
        yield from _media(component, here, filenames)


def _row(children: list[Component], here: Path, filenames: set[str]) -> Iterator[Problem]:
    selects = [child for child in children if child.get("type") in SELECTS]
    most = 1 if selects else 5
    if not 1 <= len(children) <= most:
        yield Problem((*here, "components"), LENGTH, f"Must be between 1 and {most} in length.")
    yield from _children(children, (*here, "components"), {BUTTON, *SELECTS}, filenames)


def _text(component: Component, here: Path) -> Iterator[Problem]:
    content = component.get("content")
    yield from length(content, (*here, "content"), MAX_TEXT)
    if isinstance(content, str) and content and not content.strip():
        yield Problem((*here, "content"), REQUIRED, "A text display may not be blank.")


def _button(button: Component, here: Path) -> Iterator[Problem]:
    style, label = button.get("style"), button.get("label")
    if style == 5:
        url = button.get("url")
        yield from length(url, (*here, "url"), 512)
        if not str(url).startswith(URL_SCHEMES):
            yield Problem((*here, "url"), "URL_TYPE_INVALID_SCHEME", "Scheme must be one of http, https, discord.")
        if button.get("custom_id"):
            yield Problem((*here, "custom_id"), BAD, "A link button has no custom id.")
    elif style != 6:
        yield from length(button.get("custom_id"), (*here, "custom_id"), 100)
        if button.get("url"):
            yield Problem((*here, "url"), BAD, "Only a link button has a url.")
    if label is not None:
        yield from length(label, (*here, "label"), 80)
    if not label and not button.get("emoji") and style != 6:
        yield Problem(here, REQUIRED, "A button needs a label or an emoji.")


def _select(select: Component, here: Path) -> Iterator[Problem]:
    yield from length(select.get("custom_id"), (*here, "custom_id"), 100)
    yield from length(select.get("placeholder") or "", (*here, "placeholder"), 150, 0)
    least, most = select.get("min_values", 1), select.get("max_values", 1)
    if not (0 <= least <= most and 1 <= most <= 25):
        yield Problem((*here, "max_values"), BAD, "min_values and max_values do not fit.")
    if select["type"] != SELECT:
        return
    options = select.get("options") or []
    if not 1 <= len(options) <= 25 or most > len(options):
        yield Problem((*here, "options"), LENGTH, "Must be between 1 and 25 in length, and hold max_values.")
    for index, option in enumerate(options):
        for key, least_length in (("label", 1), ("value", 1), ("description", 0)):
            yield from length(option.get(key) or "", (*here, "options", index, key), 100, least_length)
    if len({option.get("value") for option in options}) < len(options):
        yield Problem((*here, "options"), "SELECT_COMPONENT_OPTION_VALUE_DUPLICATED", "A value is used twice.")


def _media(component: Component, here: Path, filenames: set[str]) -> Iterator[Problem]:
    """Galleries, thumbnails and files: what they show must exist, with a scheme that Discord fetches."""
    items = component.get("items") or []
    if component["type"] == GALLERY and not 1 <= len(items) <= 10:
        yield Problem((*here, "items"), LENGTH, "Must be between 1 and 10 in length.")
    for shown in [*items, component]:
        yield from length(shown.get("description") or "", (*here, "description"), 1024, 0)
        url = (shown.get("media") or shown.get("file") or {}).get("url")
        if url is None:
            continue
        name = url.removeprefix("attachment://")
        if name != url and name not in filenames:
            yield Problem((*here, "media", "url"), "REFERENCED_ATTACHMENT_NOT_FOUND", f"The attachment {name!r} was not sent.")
        elif name == url and (component["type"] == FILE or not url.startswith(URL_SCHEMES[:2])):
            yield Problem((*here, "media", "url"), "URL_TYPE_INVALID_SCHEME", "Scheme must be http, https or attachment.")
