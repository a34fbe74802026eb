"""What explorers need of the package: by the name of the explorer, a function that returns what JSON can hold."""

DATA = {}
