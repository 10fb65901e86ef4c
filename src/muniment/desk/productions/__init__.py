"""The productions app: what is handed to an examiner, an auditor or a court, with the proof that it is what was sealed."""
