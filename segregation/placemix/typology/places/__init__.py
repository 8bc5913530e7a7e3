"""The type of each place: how sure it is, what defines it, where two schemes disagree."""
