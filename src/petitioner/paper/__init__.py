"""Paper: print runs, printers, envelopes, labels and sheets."""
