"""The people app: who works here, whose handles and accounts are whose, who may see what, and how one signs in.

Trust: whoever can give roles can, with a second sign-in, reach content; so every grant is an entry of the audit log.
"""
