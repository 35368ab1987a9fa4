"""What people ask of collections, and what they are told."""

from datetime import datetime

from pydantic import BaseModel, Field

from schemas.collection import MOST
from services.catalog.api.bulk import AT_ONCE
from services.catalog.api.deps import Text


class CollectionWanted(BaseModel):
    """A new collection."""

    name: Text = Field(min_length=1, max_length=100, examples=["Autumn lookbook"])
    note: Text = Field(default="", max_length=500, description="What it is for")
    assets: list[Text] = Field(default_factory=list, max_length=AT_ONCE, description="Its first pictures")


class CollectionChange(BaseModel):
    """What shall be another."""

    name: Text | None = Field(default=None, min_length=1, max_length=100)
    note: Text | None = Field(default=None, max_length=500)
    removed: bool | None = Field(default=None, description="false takes back that it was removed")


class MembersWanted(BaseModel):
    """Pictures to put in, behind those that are in it, and pictures to take out."""

    add: list[Text] = Field(default_factory=list, max_length=AT_ONCE)
    remove: list[Text] = Field(default_factory=list, max_length=AT_ONCE)


class MembersChanged(BaseModel):
    """Kafka has it. Undo: POST /v1/batches/{batch}/undo; what is taken out comes back to its place."""

    batch: str | None = Field(description="Null where nothing was changed")
    added: int = Field(description="Pictures that were not in it before")
    removed: int = Field(description="Pictures that were in it")


class MembersOrder(BaseModel):
    """The pictures that come first, in this order; the others follow as they stand."""

    assets: list[Text] = Field(min_length=1, max_length=MOST)


class CollectionItem(BaseModel):
    """One collection. Its pictures are `GET /v1/assets?collection=<id>`."""

    id: str
    name: str
    note: str
    made: datetime
    changed: datetime
    removed: bool
    assets: int = Field(description="Pictures in it")
    pictures: list[str] = Field(description="URLs of its first thumbnails")


class CollectionMade(BaseModel):
    """Kafka has it; it shows within seconds."""

    id: str
