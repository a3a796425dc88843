"""Reports: what the ledger knows of a library, for a person, a spreadsheet, and a monitor."""
