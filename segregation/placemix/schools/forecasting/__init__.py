"""School places: what a council plans by."""

__all__: list[str] = []
