"""The page about a scheme or a plan that is checked before it is built, two sheets long, and its Word form."""

from placemix.report.proposals.pages import of_check

__all__ = ["of_check"]
