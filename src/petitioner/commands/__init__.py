"""The commands: plain arguments in, words and an exit status out; the rules of the trade live further down."""
