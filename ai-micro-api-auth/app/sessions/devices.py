"""What a User-Agent means in plain words, such as `Firefox on Windows`: a hint for people, never a decision."""

import re

UNKNOWN = "unknown device"
# The first that is found counts: most browsers name those that they want to be taken for as well.
_BROWSERS = [
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("Vivaldi/", "Vivaldi"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
]
_SYSTEMS = [
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("CrOS", "ChromeOS"),
    ("Macintosh", "Mac"),
    ("Linux", "Linux"),
]
# A program that names itself as RFC 9110 section 10.1.5 asks: product/version.
_PROGRAM = re.compile(r"([A-Za-z][A-Za-z0-9._-]{0,39})(?:/[^ ]*)?(?: .*)?")


def describe(user_agent: str | None) -> str:
    """Return a device in plain words."""
    text = user_agent or ""
    browser = next((name for mark, name in _BROWSERS if mark in text), None)
    system = next((name for mark, name in _SYSTEMS if mark in text), None)
    if browser and system:
        return f"{browser} on {system}"
    if browser or system:
        return browser or f"{system}"
    program = _PROGRAM.fullmatch(text)
    return program[1] if program and program[1] != "Mozilla" else UNKNOWN
