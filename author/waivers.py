"""allow.yaml: the warnings that an author has looked at and keeps, each with its reason."""

from courses.parts import Key, Part, Text


class Waiver(Part):
    """What is right as it is. It waives the warnings of one rule in one file; with `at`, of one thing in it."""

    rule: Key
    file: Text
    at: Text | None = None  # the key of an item, node, objective or other entry
    reason: Text
