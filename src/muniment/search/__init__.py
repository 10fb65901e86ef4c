"""Finding: text to tokens, a query language, and one index in two dialects (SQLite FTS5, PostgreSQL tsvector).

Trust: the index is derived and can be rebuilt; a fault here hides or shows too much, but changes no evidence.
"""
