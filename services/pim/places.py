"""Places of a PIM that we fill with pictures, as a mapping file names them."""

from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

Code = Annotated[str, Field(pattern=r"^[A-Za-z0-9_]+$")]

ALL = "all"


class Part(BaseModel):
    """Of a mapping file: a word that nobody knows is a slip."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Write(Part):
    """One attribute that pictures go to. `of`: a role, or a place in the order of the product's media (1 is first).

    Kind `assets` is a collection: of one picture or of `all`, each an asset of that `family` with its file at `media`.
    """

    attribute: Code
    kind: Literal["image", "link", "assets"]
    of: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9 -]*$")] | Annotated[int, Field(ge=1, le=100)]
    preset: Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
    owner: Literal["packshot", "pim"]
    url: str = ""
    family: Code | None = None
    media: Code | None = None
    locale: Code | None = None
    channel: Code | None = None
    market: Code | None = None
    """Of those who see that attribute, where it is not for all."""

    @model_validator(mode="after")
    def _holds(self) -> Self:
        if (self.kind == "link") != bool(self.url):
            raise ValueError("kind link needs a url with {asset}, {version} and {preset}; other kinds have none")
        if {self.kind == "assets"} != {self.family is not None, self.media is not None}:
            raise ValueError("kind assets needs a family and, of it, the attribute media; other kinds have neither")
        if self.of == ALL and self.kind != "assets":
            raise ValueError("of all is for kind assets: give a role or a place in the order")
        try:
            self.url.format(asset="", version=1, preset="", sha256="", format="")
        except (KeyError, IndexError, ValueError) as error:
            known = "{asset}, {version}, {preset}, {sha256} and {format}"
            raise ValueError(f"url may name {known}, nothing else ({error})") from error
        return self

    @property
    def place(self) -> str:
        """Which value of a product it is: attribute, locale and channel."""
        return "/".join((self.attribute, self.locale or "", self.channel or ""))
