"""How messages come in: one folder a platform, and the intake and importer they share.

Trust: a connector is trusted to hand over every byte it read and to say what it left; the importer's balance sheet
checks that it did.
"""
