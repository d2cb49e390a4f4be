"""The letters that are embedded in the paper: Be Vietnam Pro, under the licence in OFL.txt."""
