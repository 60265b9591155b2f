"""Progress through a course: pure."""
