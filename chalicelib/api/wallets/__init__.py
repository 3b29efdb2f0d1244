"""Tickets as passes for wallets: files of Apple, links of Google (docs/adr/0040-wallets.md)."""
