"""The mailing log: what was sent to whom, when and by whom.

``storage`` reads, appends, verifies and restores; ``states`` derives the state of packets and recipients from events;
``facts`` and ``corrections`` draft entries. Only the modules of ``storage`` use the database.
"""
