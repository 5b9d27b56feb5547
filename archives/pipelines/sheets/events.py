"""What the audit calls the steps of a sheet."""

from archives.core.language import Message, msg

EVENTS: dict[str, Message] = {
    "sheet.asked": msg("Sheet of existing pipelines asked for"),
    "sheet.handled": msg("Sheet of existing pipelines made up"),
    "sheet.checked": msg("Sheet of existing pipelines checked"),
    "sheet.issued": msg("Sheet of existing pipelines issued"),
    "sheet.refused": msg("Sheet of existing pipelines refused"),
    "sheet.withdrawn": msg("Sheet of existing pipelines withdrawn"),
}
