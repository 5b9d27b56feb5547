"""What the audit calls the changes to pipelines."""

from archives.core.language import Message, msg

EVENTS: dict[str, Message] = {
    "pipelines.opened": msg("Pipeline hand-over opened"),
    "pipelines.brought": msg("Pipeline survey brought"),
    "pipelines.read": msg("Pipeline survey read and checked"),
    "pipelines.judged": msg("Finding marked as true to the ground"),
    "pipelines.unjudged": msg("Finding counts again"),
    "pipelines.accepted": msg("Pipeline survey accepted"),
    "pipelines.refused": msg("Pipeline survey sent back"),
    "pipelines.ended": msg("Lines abandoned or replaced"),
    "pipelines.linked": msg("Volume linked to pipelines"),
    "pipelines.unlinked": msg("Volume no longer linked to pipelines"),
    "pipelines.classified": msg("Secrecy of a kind of line decided"),
    "pipelines.profile_kept": msg("Import profile kept"),
    "pipelines.profile_renamed": msg("Import profile renamed"),
    "pipelines.profile_removed": msg("Import profile removed"),
    "pipelines.system_kept": msg("Plane system kept"),
    "pipelines.system_removed": msg("Plane system removed"),
    "pipelines.system_tried": msg("Secret plane system tried on a point"),
    "pipelines.store_decided": msg("Plane system of the archive decided"),
    "pipelines.area_asked": msg("Area asked about"),
    "pipelines.check_decided": msg("Check set by the office"),
    "pipelines.check_withdrawn": msg("Check as shipped again"),
    "pipelines.base_brought": msg("File of a base layer brought"),
    "pipelines.base_loaded": msg("Base layer loaded"),
    "pipelines.base_removed": msg("Base layer removed"),
}
