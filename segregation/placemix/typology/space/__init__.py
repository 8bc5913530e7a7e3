"""Types in space: clusters, edges and patches."""
