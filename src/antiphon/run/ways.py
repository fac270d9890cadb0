"""The ways that a profile names, made ready before the target is touched: files read, the proxy's URL filled in."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

from antiphon.core.redaction import Redactor
from antiphon.language.refusals import MissingValue
from antiphon.language.scope import Names
from antiphon.net.proxy import BadProxy, Proxy, proxy_at
from antiphon.net.tls import BadTlsFile, Trust, context_of
from antiphon.net.ways import Way, Ways
from antiphon.target.http_model import HttpProfile
from antiphon.target.model import Target

INSECURE = "TLS certificates are not checked: whoever stands on the way can read and change what is sent"
"""What every run says that checks none."""


def ways_of(
    target: Target,
    folder: Path,
    environment: Mapping[str, str],
    *,
    insecure: bool = False,
    redactor: Redactor | None = None,
) -> Ways:
    """Return the ways that a profile names.

    Args:
        target: The profile.
        folder: Where it stands: the files that it names are relative to it.
        environment: What its templates may read.
        insecure: Whether no certificate is checked, whatever the profile says.
        redactor: Is told the proxy's password.

    Raises:
        BadTlsFile: A file of certificates cannot be used.
        BadProxy: The proxy's URL is none.
    """
    services = {
        name: _way(service.http, folder, environment, insecure=insecure, redactor=redactor)
        for name, service in target.services.items()
        if service.own_http
    }
    roots = {_place(target.services[name].base_url): way for name, way in services.items()}
    here = _place(target.base_url)  # one place has one way: the target's own
    return Ways(
        usual=_way(target.http, folder, environment, insecure=insecure, redactor=redactor),
        own={place: way for place, way in roots.items() if place != here},
        services=services,
    )


def _place(url: str) -> tuple[str, int]:
    parts = urlsplit(url)
    return (parts.hostname or "").lower(), parts.port or (443 if parts.scheme == "https" else 80)


def is_insecure(target: Target, *, insecure: bool) -> bool:
    """Return whether a run checks no certificates, by its option or by its profile."""
    return insecure or any(http.tls.insecure for http in target.spoken)


def _way(
    http: HttpProfile, folder: Path, environment: Mapping[str, str], *, insecure: bool, redactor: Redactor | None
) -> Way:
    tls = http.tls
    trust = Trust(
        ca=folder / tls.ca if tls.ca and not insecure else None,
        cert=folder / tls.cert if tls.cert else None,
        key=folder / tls.key if tls.key else None,
        insecure=insecure or tls.insecure,
    )
    try:
        context = context_of(trust) if trust != Trust() else None
    except BadTlsFile as error:
        error.source = tls.source
        raise
    proxy = _proxy(http, environment, redactor)
    return Way(context=context, proxy=proxy, curl=_curl(trust, proxy))


def _curl(trust: Trust, proxy: Proxy | None) -> tuple[str, ...]:
    options = ["-k"] if trust.insecure else []
    for name, file in (("--cacert", trust.ca), ("--cert", trust.cert), ("--key", trust.key)):
        options += [name, str(file)] if file is not None else []
    if proxy is not None:
        host = f"[{proxy.host}]" if ":" in proxy.host else proxy.host
        options += ["--proxy", f"http://{host}:{proxy.port}"]
        options += ["--proxy-user", "$PROXY_USER"] if proxy.authorization is not None else []
    return tuple(options)


def _proxy(http: HttpProfile, environment: Mapping[str, str], redactor: Redactor | None) -> Proxy | None:
    if http.proxy is None:
        return None
    try:
        proxy = proxy_at(str(http.proxy(Names({"env": environment}))))
    except MissingValue as error:
        raise BadProxy(why=str(error), source=http.proxy.source) from None
    except BadProxy as error:
        error.source = http.proxy.source
        raise
    if proxy.authorization is not None and redactor is not None:
        redactor.register(proxy.authorization.removeprefix("Basic "), "PROXY_AUTHORIZATION")
    return proxy
