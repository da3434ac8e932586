"""The headers that keep a browser from doing what our pages never ask for, on every answer."""

from __future__ import annotations

from flask import Flask, Response, request
from secure import (
    ContentSecurityPolicy,
    CrossOriginOpenerPolicy,
    CrossOriginResourcePolicy,
    PermissionsPolicy,
    ReferrerPolicy,
    Secure,
    StrictTransportSecurity,
    XContentTypeOptions,
    XFrameOptions,
)

from app.config import Settings

HSTS_SECONDS = 365 * 24 * 3600
_NO_FEATURES = ("camera", "geolocation", "microphone", "payment", "usb")


def headers_for(settings: Settings) -> dict[str, str]:
    """Names and values, without Strict-Transport-Security. Pictures may also come from IMAGE_ORIGINS."""
    policy = (
        ContentSecurityPolicy()
        .default_src("'none'")
        .script_src("'self'")
        .style_src("'self'")
        .font_src("'self'")
        .img_src("'self'", *settings.image_origins)
        .connect_src("'self'")
        .form_action("'self'")
        .frame_ancestors("'none'")
        .base_uri("'none'")
    )
    permissions = PermissionsPolicy()
    for feature in _NO_FEATURES:
        permissions.add_directive(feature)
    built = Secure(
        csp=policy,
        coop=CrossOriginOpenerPolicy().same_origin(),
        corp=CrossOriginResourcePolicy().same_origin(),
        permissions=permissions,
        referrer=ReferrerPolicy().same_origin(),
        xcto=XContentTypeOptions().nosniff(),
        xfo=XFrameOptions().deny(),
    )
    return dict(built.header_items())


def install(app: Flask, settings: Settings) -> dict[str, str]:
    """Add the headers to every answer; returns them for the static files, which go past the application."""
    fixed = headers_for(settings)
    hsts = StrictTransportSecurity().max_age(HSTS_SECONDS)
    # Pages show orders of customers: no shared cache may keep them, and "back" asks again.
    plain = {**fixed, "Cache-Control": "no-store"}
    secure = {**plain, hsts.header_name: hsts.header_value}

    @app.after_request
    def add_headers(response: Response) -> Response:
        added = secure if request.is_secure or settings.is_https else plain
        present = {name.lower() for name, _ in response.headers}
        response.headers.extend((name, value) for name, value in added.items() if name.lower() not in present)
        return response

    return fixed
