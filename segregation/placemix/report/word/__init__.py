"""Word files: what their XML can hold, paragraphs, tables, pictures, and bytes that stay the same."""
