"""Signing in and staying signed in: who is asking, from where, how often, for how long; every step is audited.

Trust: a password alone opens no content (door.py), and guessing from elsewhere never shuts the owner out (throttle.py).
"""
