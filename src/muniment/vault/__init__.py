"""What keeps the bytes: where an archive lives, durable writes, envelopes, record keys and the keys above them.

Trust: whoever reads both the archive and the keys folder reads everything; whoever has one of them reads no content.
"""
