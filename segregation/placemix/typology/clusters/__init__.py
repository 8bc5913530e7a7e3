"""Types that the data suggest: clusters of places that are alike, and their names."""
