"""What the drills on the ledger are made of: a true ledger, and the ways to falsify one."""
