"""Proof: the Merkle tree and its tiles, signed notes, checkpoints, seals, and the one-file verifier of bundles.

Trust: nothing here believes what it is handed; whatever checks, checks against a public key that came from outside.
"""
