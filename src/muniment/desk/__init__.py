"""The desk: one Django app for each piece of the day. Reads of content go through an app's `access`, writes through its `actions`."""
