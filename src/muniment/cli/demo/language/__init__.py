"""What the people of the demonstration firm say, in the five kinds of language that a Hong Kong desk writes.

Each module holds `SCENES`, short dialogues in the notation of `grammar`, and `VOCABULARY`, the words of its slots. A
scene is dull on purpose: what is not dull is planted by `stories`, word for word.
"""
