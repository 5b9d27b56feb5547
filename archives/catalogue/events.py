"""What the audit calls the changes to the catalogue."""

from archives.core.language import Message, msg

EVENTS: dict[str, Message] = {
    "volume.added": msg("Volume added"),
    "volume.described": msg("Volume described"),
    "volume.put_back": msg("Volume put back as it was"),
    "volume.removed": msg("Volume removed"),
    "volume.placed": msg("Codes and shelf changed"),
    "volumes.coded": msg("Archival codes given"),
    "volumes.edited": msg("Volumes changed together"),
    "volumes.moved": msg("Volumes moved"),
    "volumes.renumbered": msg("Volumes renumbered"),
    "volumes.merged": msg("Volumes merged"),
    "item.added": msg("Item added"),
    "item.described": msg("Item described"),
    "item.put_back": msg("Item put back as it was"),
    "item.removed": msg("Item removed"),
    "items.moved": msg("Items moved"),
    "items.renumbered": msg("Items renumbered"),
    "catalogue.exported": msg("Catalogue exported"),
    "catalogue.list_given": msg("List of the catalogue given out"),
    "catalogue.file_given": msg("Electronic file given out"),
    "catalogue.undone": msg("Change undone"),
}
