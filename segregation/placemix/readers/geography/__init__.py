"""Areas and lookups of the Open Geography Portal."""
