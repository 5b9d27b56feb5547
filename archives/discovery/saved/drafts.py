"""What a person tells about a search that is kept."""

from archives.core.drafts import Draft, switch, text


class SavedName(Draft):
    """How a search is kept."""

    name: str = text("Name of the search", required=True, max_length=80)
    shared: bool = switch(
        "Colleagues of the archives may use it", help="Whoever opens it finds only what they may see themselves."
    )
