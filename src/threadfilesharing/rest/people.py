"""/users/... and /companies/...: profiles, status, roles, members."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response

from threadfilesharing import answers as say
from threadfilesharing.contract import views
from threadfilesharing.fields import Id
from threadfilesharing.rest import bodies
from threadfilesharing.rest.routing import Identify, answers
from threadfilesharing.services.erasure import Erasure
from threadfilesharing.services.members import Members
from threadfilesharing.services.tokens import Caller

MemberCursor = Annotated[Id | None, Query(description="`nextCursor` of the page before")]


def user_routes(members: Members, erasure: Erasure, identify: Identify) -> APIRouter:
    """Return the routes of /users."""
    router = APIRouter(prefix="/users", tags=["users"])
    who = Annotated[Caller, Depends(identify)]

    @router.get("/profile", **answers({200: views.User}))
    async def profile(caller: who) -> Response:
        """Return one's own profile."""
        return say.success(caller.person.view)

    @router.put("/profile", **answers({200: views.User}, 400, 413))
    async def change_profile(caller: who, body: bodies.ChangeProfile) -> Response:
        """Change one's own profile."""
        changes = body.model_dump(exclude_unset=True)
        if changes.get("full_name", "") is None:
            del changes["full_name"]
        return say.success(await members.change_profile(caller.person, changes))

    @router.put("/status", **answers({200: views.StatusFields}, 400, 413))
    async def change_status(caller: who, body: bodies.ChangeStatus) -> Response:
        """Change one's own status."""
        return say.success(await members.change_status(caller.person, body.status, body.message))

    @router.put("/{id}/role", **answers({200: views.User}, 400, 403, 404, 409, 413))
    async def change_role(caller: who, id: Id, body: bodies.ChangeRole) -> Response:  # noqa: A002
        """Give a colleague another role."""
        return say.success(await members.change_role(caller.person, id, body.role))

    @router.delete("/me", **answers({204: None}, 409))
    async def erase_me(caller: who) -> Response:
        """Erase one's own account."""
        await erasure.remove_self(caller.person)
        return say.nothing()

    return router


def company_routes(members: Members, erasure: Erasure, identify: Identify) -> APIRouter:
    """Return the routes of /companies."""
    router = APIRouter(prefix="/companies", tags=["companies"])
    who = Annotated[Caller, Depends(identify)]

    @router.get("/me", **answers({200: views.Company}))
    async def company(caller: who) -> Response:
        """Return one's own company."""
        return say.success(await members.company(caller.person))

    @router.delete("/me", **answers({204: None}, 403))
    async def erase_company(caller: who) -> Response:
        """Erase the company and everything in it."""
        await erasure.erase_company(caller.person)
        return say.nothing()

    @router.get("/members", **answers({200: views.Page[views.User]}, 400))
    async def list_members(caller: who, limit: bodies.Limit = 50, cursor: MemberCursor = None) -> Response:
        """Return the colleagues, oneself included."""
        return say.success(await members.list_all(caller.person, limit=limit, cursor=cursor))

    @router.post("/members/add", **answers({201: views.User}, 400, 403, 409, 413))
    async def add(caller: who, body: bodies.AddMember) -> Response:
        """Make a user in one's own company."""
        return say.success(await members.add(caller.person, **body.model_dump()), 201)

    @router.delete("/members/{id}", **answers({204: None}, 400, 403, 404, 409))
    async def remove(caller: who, id: Id) -> Response:  # noqa: A002
        """Remove a colleague from the company."""
        await erasure.remove_member(caller.person, id)
        return say.nothing()

    @router.get("/storage", **answers({200: views.Storage}))
    async def storage(caller: who) -> Response:
        """Return what the company stores."""
        return say.success(await members.storage(caller.person))

    @router.post("/invitations", **answers({201: views.Invitation}, 400, 403, 413))
    async def invite(caller: who, body: bodies.Invite) -> Response:
        """Invite somebody to register into one's own company."""
        return say.success(await members.invite(caller.person, email=body.email, role=body.role), 201)

    return router
