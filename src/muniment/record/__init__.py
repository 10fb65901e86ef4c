"""What was captured: records, the events read in them, their names and their canonical encoding.

Trust: nothing here touches a disk, a key or a clock that is not handed in; it can only be wrong, not unfaithful.
"""
