"""What makes an archive a demonstration: its origin, said in everything it ever signs, so no real archive can become one."""

ORIGIN = "harbourlantern.example/hk"
SIGN_INS = ("winnie.au", "desmond.tse", "rachel.fong", "candy.lo", "e.visitor", "ivan.lam", "grace.ko")
"""Who can be signed in as with one click, in the order in which they are shown."""
