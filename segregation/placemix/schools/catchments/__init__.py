"""Catchments: drawn, given, judged, redrawn."""

__all__: list[str] = []
