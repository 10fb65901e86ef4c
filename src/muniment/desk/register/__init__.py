"""Register: which channels the firm approved, who may use them, which devices there are, and how each is kept safe."""
