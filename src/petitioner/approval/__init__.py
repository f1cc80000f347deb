"""Approval: what a person said yes to, and whether it is still what would go out.

``words`` and ``content`` put down what a recipient will see, ``verdicts`` holds that against what was approved,
``readings`` lets one text stand for many letters, ``packets`` are what leaves the house. All of it is pure.
"""
