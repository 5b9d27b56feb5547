"""What the audit calls the changes to projects and unit works."""

from archives.core.language import Message, msg

EVENTS: dict[str, Message] = {
    "project.registered": msg("Project registered"),
    "project.amended": msg("Project changed"),
    "unit_works.added": msg("Unit works added"),
    "unit_works.amended": msg("Unit works changed"),
    "projects.handed_over": msg("Projects handed over to another organisation"),
}
