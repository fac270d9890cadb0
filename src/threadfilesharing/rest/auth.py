"""POST /auth/...: registering, logging in and out."""

from typing import Annotated

from fastapi import APIRouter, Depends, Response

from threadfilesharing import answers as say
from threadfilesharing.contract import views
from threadfilesharing.rest import bodies
from threadfilesharing.rest.routing import Identify, answers
from threadfilesharing.services.accounts import Accounts
from threadfilesharing.services.tokens import Caller


def auth_routes(accounts: Accounts, identify: Identify) -> APIRouter:
    """Return the routes of /auth."""
    router = APIRouter(prefix="/auth", tags=["auth"])
    who = Annotated[Caller, Depends(identify)]

    @router.post("/register", **answers({201: views.Registered}, 400, 409, 413, public=True))
    async def register(body: bodies.Register) -> Response:
        """Register, with a company of one's own or by invitation."""
        return say.success(await accounts.register(**body.model_dump()), 201)

    @router.post("/login", **answers({200: views.LoggedIn}, 400, 401, 413, 429, public=True))
    async def login(body: bodies.Login) -> Response:
        """Log in."""
        return say.success(await accounts.login(body.email, body.password))

    @router.post("/refresh", **answers({200: views.Tokens}, 400, 401, 413, public=True))
    async def refresh(body: bodies.Refresh) -> Response:
        """Spend a refresh token for a new pair."""
        return say.success(await accounts.tokens.refresh(body.refresh_token))

    @router.post("/logout", **answers({204: None}))
    async def logout(caller: who) -> Response:
        """Revoke all of one's tokens and close one's sockets."""
        await accounts.logout(caller)
        return say.nothing()

    return router
