"""The desk's shared tables, step by step."""
