"""The map: its page and tiles, what lies under the lines, findings over them, and maps on paper."""
