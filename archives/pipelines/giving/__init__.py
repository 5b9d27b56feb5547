"""Lines that leave the archive: through a gate of permission, secrecy, quota and reason, as numbered copies."""
