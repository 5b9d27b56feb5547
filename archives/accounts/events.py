"""What the audit calls the changes to accounts."""

from archives.core.language import Message, msg

EVENTS: dict[str, Message] = {
    "account.created": msg("Account created"),
    "account.amended": msg("Account changed"),
    "account.roles_assigned": msg("Roles assigned"),
    "account.link_issued": msg("One-time link issued"),
    "account.password_set": msg("Password set"),
    "account.password_changed": msg("Password changed"),
    "account.deactivated": msg("Account deactivated"),
    "account.reactivated": msg("Account reactivated"),
    "account.unlocked": msg("Account unlocked"),
    "account.locked": msg("Account locked after failed attempts"),
    "account.sign_in_failed": msg("Failed to log in"),
    "account.signed_in": msg("Logged in"),
    "account.signed_out": msg("Logged out"),
    "account.sessions_ended": msg("All sessions ended"),
    "account.token_made": msg("Key for a program made"),
    "account.token_revoked": msg("Key for a program revoked"),
}
