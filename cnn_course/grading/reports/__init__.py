"""What is made of a record: one file for each format, and the answers in words that are marked by hand.

Texts of answers, and the names of files, are cleaned once, where they are read (`students`); each format adds what its
own syntax asks for (`safe`).
"""
