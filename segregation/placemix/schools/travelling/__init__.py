"""Who can reach which schools."""

__all__: list[str] = []
