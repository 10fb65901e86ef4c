"""What leaves the archive: the transcript for people and the bundle for strangers.

Trust: a production is made from records that have just been checked against the log, and what it claims of itself is
entered in the audit log before it is handed out; the reader need not trust this room, the verifier checks it.
"""
