"""What the archive app keeps of its own, in the desk's database: searches that somebody wants to run again."""

from django.db import models


class SavedSearch(models.Model):
    """A query that its owner keeps: as it was written, and as it was parsed, relative dates resolved that day."""

    user = models.BigIntegerField(db_index=True)
    name = models.CharField(max_length=100)
    query = models.TextField()
    stored = models.BinaryField()
    """The parsed query as search/ast.py writes it."""
    zone = models.CharField(max_length=60)
    position = models.BigIntegerField()
    """Leaves of the records log when it was saved."""
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["user", "name"], name="saved_search_name"),)
