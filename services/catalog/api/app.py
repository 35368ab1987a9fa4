"""The FastAPI app: routes, problems, headers, page."""

from urllib.parse import urlsplit

from fastapi import FastAPI

from services.catalog.api import (
    actions,
    alike,
    approvals,
    assets,
    audit_fixes,
    audit_hands,
    audit_put_off,
    audit_reports,
    audits,
    batches,
    bulk,
    bytes_of,
    collections,
    costs,
    dead_letters,
    decisions,
    downloads,
    drops,
    feeds,
    folders,
    handovers,
    imports,
    jobs,
    keys,
    looking,
    lookup,
    multipart,
    order,
    own_fields,
    own_files,
    packs,
    previews,
    problems,
    products,
    questions,
    readiness,
    retries,
    rules,
    searches,
    shares,
    shoots,
    shot_list,
    skus,
    system,
    tasks,
    time_line,
    upload_links,
    uploads,
    usage,
    versions,
    webhooks,
)
from services.catalog.api.bodies import BoundedBodies
from services.catalog.api.compressed import Compressed
from services.catalog.api.deps import Deps
from services.catalog.api.entity_tags import EntityTags
from services.catalog.api.headers import SecurityHeaders, security
from services.catalog.api.once import Once
from services.catalog.api.openapi import describe
from services.catalog.config import CatalogSettings
from services.catalog.page import routes as page

ABOUT = """Packshot's library: assets, products, renditions, decisions. Every route but /v1/health needs
`Authorization: Bearer <key>` or a session. Errors are `application/problem+json`."""

OPEN_TO_KEYS = (system, assets, alike, bytes_of, order, products, uploads, decisions, bulk, questions, rules, keys)
OTHERS = (
    actions,
    approvals,
    audit_hands,
    audit_reports,
    audit_fixes,
    audit_put_off,
    audits,
    batches,
    collections,
    costs,
    feeds,
    dead_letters,
    downloads,
    folders,
    handovers,
    imports,
    jobs,
    looking,
    lookup,
    own_fields,
    own_files,
    multipart,
    packs,
    previews,
    readiness,
    retries,
    searches,
    shares,
    tasks,
    time_line,
    shoots,
    shot_list,
    skus,
    upload_links,
    usage,
    versions,
    webhooks,
)


def uploads_origin(settings: CatalogSettings) -> str:
    """Where a browser PUTs files to."""
    if settings.s3_public_url:
        parts = urlsplit(settings.s3_public_url)
        return f"{parts.scheme}://{parts.netloc}"
    return f"{'https' if settings.s3_secure else 'http'}://{settings.s3_endpoint}"


def create_app(deps: Deps) -> FastAPI:
    """The whole app over these dependencies; nothing is started."""
    app = FastAPI(
        title="Packshot",
        version="1",
        description=ABOUT,
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        generate_unique_id_function=lambda route: route.name,
    )
    app.state.deps = deps
    headers = security(uploads_origin(deps.settings))
    problems.install(app, headers)
    app.add_middleware(EntityTags)
    app.add_middleware(Once)
    app.add_middleware(BoundedBodies)
    app.add_middleware(Compressed)
    app.add_middleware(SecurityHeaders, headers=headers)
    app.include_router(system.open_router)
    app.include_router(system.within_router)
    app.include_router(drops.router)
    app.include_router(costs.of_assets)
    for module in (*OPEN_TO_KEYS, *OTHERS):
        app.include_router(module.router)
    describe(app)
    page.install(app)
    return app
