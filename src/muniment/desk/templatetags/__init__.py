"""What templates can say: times, icons, badges."""
