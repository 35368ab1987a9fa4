"""A product's variants by what they look like: sizes that share all pictures stand in one column. Pure."""

from typing import NamedTuple

from services.catalog.api.models_products import MediaOf, ProductWhole, VariantItem
from services.catalog.page.sizes import size_order
from services.catalog.queries.products import ROLES


class Look(NamedTuple):
    """One column: variants with the same pictures, and the pictures by role."""

    title: str
    details: str
    variants: list[VariantItem]
    roles: dict[str, list[MediaOf]]
    missing: list[str]

    @property
    def skus(self) -> list[str]:
        """Of its variants."""
        return [variant.sku for variant in self.variants]

    @property
    def waiting(self) -> list[MediaOf]:
        """Pictures that are not live yet: they fill no hole."""
        return [item for item in self.variants[0].media if item.waiting]

    @property
    def several(self) -> bool:
        """Whether there is anything to put in order."""
        return len(self.variants[0].media) > 1


def looks(product: ProductWhole) -> list[Look]:
    """Columns in the order of their first variant."""
    same: dict[tuple[object, ...], list[VariantItem]] = {}
    for variant in product.variants:
        shown = tuple((item.asset_id, item.role) for item in variant.media)
        # Without pictures nothing says that two colours look alike: they stay apart.
        colour = variant.axes.get("color") or variant.axes.get("colour") or variant.axes.get("Color") or ""
        same.setdefault((*shown, colour), []).append(variant)
    return [_look(variants) for variants in same.values()]


def _look(variants: list[VariantItem]) -> Look:
    first = variants[0]
    shared = {name: value for name, value in first.axes.items() if all(v.axes.get(name) == value for v in variants)}
    differing = [" ".join(v for n, v in sorted(each.axes.items()) if n not in shared) for each in variants]
    roles: dict[str, list[MediaOf]] = {}
    for item in first.media:
        roles.setdefault(item.role, []).append(item)
    title = " · ".join(value for value in shared.values() if value) or (
        first.sku if len(variants) == 1 else "All variants"
    )
    details = ", ".join(sorted((word for word in differing if word), key=size_order))
    return Look(title, details, variants, roles, first.missing)


def rows(columns: list[Look]) -> list[str]:
    """Roles that any column has or lacks, in the order of a gallery."""
    seen = {role for look in columns for role in (*look.roles, *look.missing)}
    return [role for role in ROLES if role in seen] + sorted(seen - set(ROLES))


def reach(product: ProductWhole) -> dict[str, list[str]]:
    """Market, locale, channel → the names that any picture is limited to; only kinds that have some."""
    limits = [item.limits for variant in product.variants for item in variant.media if item.limits]
    found = {
        kind: sorted({name for one in limits for name in getattr(one, f"{kind}s")})
        for kind in ("market", "locale", "channel")
    }
    return {kind: names for kind, names in found.items() if names}
