"""Attachments: what a file really is, the text in it, the sound of it; every reader runs in a confined process of its own.

Trust: an attachment is hostile. What is read from it is a search aid, never evidence: the evidence is the file, byte for byte.
"""
