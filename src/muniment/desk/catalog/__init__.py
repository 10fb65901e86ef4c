"""The catalog's tables as Django sees them: models and migrations alone. The room `catalog` reads and writes them in plain SQL."""
