"""Areas that people ask about, and what lies in them: figures, lines, the card of one line."""
