"""The columns that a transfer list may have are the catalogue's own, so that an exported list comes back unchanged."""

from archives.catalogue.columns import (
    ITEM_COLUMNS,
    TEMPLATE_ITEM_COLUMNS,
    TEMPLATE_VOLUME_COLUMNS,
    VOLUME_COLUMNS,
)

__all__ = ["ITEM_COLUMNS", "TEMPLATE_ITEM_COLUMNS", "TEMPLATE_VOLUME_COLUMNS", "VOLUME_COLUMNS"]
