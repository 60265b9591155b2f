"""What an obligation's status is on a day, and why: pure."""
