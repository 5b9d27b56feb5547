"""Survey hand-overs, whatever table an office writes, read into columns in the standard's terms."""
