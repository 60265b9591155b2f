"""The completion gate, certificate codes and verdicts: pure."""
