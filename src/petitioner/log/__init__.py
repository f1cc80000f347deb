"""The mailing log: what was sent to whom, when and by whom, still true ten Septembers later.

``store`` reads and appends; ``states`` and ``standings`` say what the events amount to; ``facts`` and ``flags`` turn
what a person did into entries. Only ``schema``, ``sqlite``, ``rows`` and ``store`` know that there is a database.
"""
