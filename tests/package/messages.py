"""Expect an error by the words that its message begins with."""

import re

import pytest


def raises(message):
    """A ValueError whose message begins like this: function, argument, what was given and what was expected."""
    return pytest.raises(ValueError, match="^" + re.escape(message))
