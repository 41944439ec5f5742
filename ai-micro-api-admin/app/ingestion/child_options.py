"""What the service tells a child that works on a document: options of a command line, written and read here."""

from __future__ import annotations

import argparse

from app.ingestion.chunking.chunks import FeatureSettings
from app.ingestion.confinement.limits import ParseLimits


def limit_options(limits: ParseLimits) -> list[str]:
    """Return the options that `add_limits` reads."""
    return _options(
        {
            "--wall-seconds": limits.wall_seconds,
            "--cpu-seconds": limits.cpu_seconds,
            "--memory-bytes": limits.memory_bytes,
            "--output-bytes": limits.output_bytes,
            "--max-chunks": limits.max_chunks,
        }
    )


def add_limits(parser: argparse.ArgumentParser) -> None:
    """Let a parser of options read limits."""
    limits = ParseLimits()
    parser.add_argument("--wall-seconds", type=float, default=limits.wall_seconds)
    parser.add_argument("--cpu-seconds", type=int, default=limits.cpu_seconds)
    parser.add_argument("--memory-bytes", type=int, default=limits.memory_bytes)
    parser.add_argument("--output-bytes", type=int, default=limits.output_bytes)
    parser.add_argument("--max-chunks", type=int, default=limits.max_chunks)


def limits_of(options: argparse.Namespace) -> ParseLimits:
    """Return the limits that were read."""
    return ParseLimits(
        wall_seconds=options.wall_seconds,
        cpu_seconds=options.cpu_seconds,
        memory_bytes=options.memory_bytes,
        output_bytes=options.output_bytes,
        max_chunks=options.max_chunks,
    )


def feature_options(settings: FeatureSettings) -> list[str]:
    """Return the options that `add_feature_settings` reads."""
    options = {"--title": settings.title, "--file-name": settings.file_name}
    # In one word with its value, which may begin with a dash.
    return [*(f"{name}={value}" for name, value in options.items()), *(["--vectors"] if settings.vectors else [])]


def add_feature_settings(parser: argparse.ArgumentParser) -> None:
    """Let a parser of options read what is to be found of each chunk."""
    parser.add_argument("--title", help="of the document; without it no features are found")
    parser.add_argument("--file-name", default="")
    parser.add_argument("--vectors", action="store_true")


def feature_settings_of(options: argparse.Namespace) -> FeatureSettings | None:
    """Return the settings that were read, or None."""
    if options.title is None:
        return None
    return FeatureSettings(title=options.title, file_name=options.file_name, vectors=options.vectors)


def _options(values: dict[str, object]) -> list[str]:
    return [text for name, value in values.items() for text in (name, str(value))]
