"""The `wenju` command. Nothing heavy is imported before a command needs it."""

from qa.cli.command import main

__all__ = ["main"]
