"""The append-only record of what came in: two tile logs on disk, the segments of envelopes, and the check of both.

Trust: the disk is not trusted; whatever it hands back is checked against the signed checkpoint before it is believed.
Whoever holds a log's signing key can write another history; a seal that an outsider keeps shows it.
"""
