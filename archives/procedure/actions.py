"""The procedure's rows of the permission table.

A client acts for its own projects only; the counter may enter for a client what was brought on paper.
"""

from archives.core.actors import STAFF, Role
from archives.core.permissions import Grant, action, among, grant
from archives.projects.actions import own_project

CLIENTS: Grant = grant(Role.CLIENT, Role.RECORD_CLERK, when=own_project)

APPLY = action("procedure.apply", "Apply, promise and report for the client", CLIENTS, grant(Role.COUNTER))
REGISTER = action("procedure.register", "Take registrations and applications at the counter", grant(Role.COUNTER))
GUIDE = action("procedure.guide", "Guide the client's records work", grant(Role.GUIDANCE))
CHECK = action("procedure.check", "Check records", grant(Role.CHECKER))
REVIEW = action("procedure.review", "Review a check", grant(Role.REVIEWER))
APPROVE = action("procedure.approve", "Approve what was checked", grant(Role.DIRECTOR))
RECTIFY = action(
    "procedure.rectify", "Ask the client to put things right", grant(Role.CHECKER, Role.REVIEWER, Role.DIRECTOR)
)
RECEIVE = action("procedure.receive", "Sign for records and certify their receipt", grant(Role.COUNTER, Role.DIRECTOR))
ENTER = action("procedure.enter", "Enter records into the holdings", grant(Role.STACKS, Role.CATALOGUER))
REMIND = action("procedure.remind", "Remind a client who is late", grant(Role.COUNTER, Role.GUIDANCE))
ORDER = action("procedure.order", "Order a client to correct within a time limit", grant(Role.AUTHORITY, Role.DIRECTOR))
SUSPEND = action("procedure.suspend", "Note that works stop and go on", grant(Role.COUNTER, Role.GUIDANCE))
EXTEND = action("procedure.extend", "Grant an extension", grant(Role.REVIEWER, Role.DIRECTOR))
WITHDRAW = action("procedure.withdraw", "Withdraw a registration", CLIENTS, grant(Role.COUNTER, Role.DIRECTOR))
REINSTATE = action("procedure.reinstate", "Take up a withdrawn registration again", grant(Role.DIRECTOR))
READ_PAPERS = action(
    "procedure.papers", "Read issued papers and opinions", among(STAFF), grant(Role.AUTHORITY), CLIENTS
)

ACTIONS = (
    APPLY,
    REGISTER,
    GUIDE,
    CHECK,
    REVIEW,
    APPROVE,
    RECTIFY,
    RECEIVE,
    ENTER,
    REMIND,
    ORDER,
    SUSPEND,
    EXTEND,
    WITHDRAW,
    REINSTATE,
    READ_PAPERS,
)
