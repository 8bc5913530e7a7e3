"""Census tables: layouts, labels, and groups that count everyone once."""
