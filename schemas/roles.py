"""What a picture shows of its product, in the order in which a product shows its media."""

ROLES = (
    "main", "front", "back", "side", "left", "right", "top", "bottom", "detail", "additional", "lifestyle",
    "packaging", "swatch", "size-chart", "manual", "safety", "frame-360", "video", "model-3d", "campaign", "code-frame",
)  # fmt: skip
CODE_FRAME = "code-frame"
"""Of a frame that was taken for its code: no product shows it."""
ROLE = "role"
"""Field of an asset's curation: the role that a person gave it, for all its products."""
