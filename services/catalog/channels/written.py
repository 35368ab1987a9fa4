"""What people write in YAML."""

from pydantic import BaseModel, ConfigDict


class Written(BaseModel):
    """A word that nobody knows is a slip."""

    model_config = ConfigDict(extra="forbid", frozen=True)
