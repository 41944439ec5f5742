"""What may be said of errors, statements and settings: no secret, and no value of a row.

Every text that leaves the process as a log line, a line of standard error, a row of the history or a webhook goes
through here. It imports nothing above `wording`, so that every room can.
"""
