"""One date: periods, breaks in series, and estimates between counts."""
