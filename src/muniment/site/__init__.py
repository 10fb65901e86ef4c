"""What binds the desk together: settings, words in three languages, and the pages' common ground.

Trust: settings come from the operator's environment, who is trusted with the archive's files anyway.
"""
