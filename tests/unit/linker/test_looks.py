"""Which colour a picture shows by its name and folders, and where a person has to say."""

import pytest

from tests.fakes.hoodies import BLACK, GRAY, look, model, product, skus


def test_a_model_of_one_colour_needs_no_colour_word() -> None:
    assert skus(look("wx2041.jpg")) == {"WX2041-S-Black", "WX2041-M-Black"}


def test_a_colour_of_two_words_is_not_its_second_word() -> None:
    assert skus(look("light-blue_mh01.jpg")) == {"MH01-S-Light Blue", "MH01-M-Light Blue", "MH01-L-Light Blue"}


@pytest.mark.parametrize("colour", ["grün", "gruen", "GRUN"])
def test_umlauts_are_written_in_three_ways(colour: str) -> None:
    assert skus(look(f"mh02_{colour}.jpg")) == {"MH02-S-Grün", "MH02-M-Grün", "MH02-L-Grün"}


@pytest.mark.parametrize("name", ["mh01black3.jpg", "mh01-black3.jpg", "MH01_M_Black3.jpg", "black3_mh01.jpg", "3.jpg"])
def test_a_number_at_a_colour_counts_pictures(name: str) -> None:
    found = look(name, "MH01/black1" if name == "3.jpg" else "")
    assert skus(found) == BLACK
    assert {(link.role, link.position) for link in found.links} == {("additional", 3)}


def test_a_number_at_a_colour_is_a_part_of_the_sku_that_has_it() -> None:
    assert skus(look("tee-red2.jpg", shop=[product("TEE-RED"), product("TEE-RED2")])) == {"TEE-RED2"}
    assert skus(look("teered2_3.jpg", shop=[product("TEE-RED"), product("TEERED2")])) == {"TEERED2"}


def test_a_colour_that_the_model_lacks_is_asked_about_and_kept_at_the_model() -> None:
    """It may be the model's own picture, a colour to come, or a slip: the colours that exist are the options."""
    found = look("mh01-purple_main.jpg")
    assert [(link.sku, link.level, link.look) for link in found.links] == [("MH01", "model", (("color", "purple"),))]
    asked = {link.look for link in found.suggestions}
    assert asked == {(("color", "black"),), (("color", "gray"),), (("color", "lightblue"),)}
    assert {link.sku for link in found.suggestions} > BLACK
    assert {link.confidence for link in found.suggestions} == {0.5}
    (why,) = [reason.detail for reason in found.suggestions[0].evidence if "no colour" in reason.detail]
    said = "“purple” in the file name is no colour of MH01 in the product list, which has Black; Gray; Light Blue"
    assert why == said


def test_of_a_model_in_many_colours_a_strange_one_asks_nothing() -> None:
    colours = ",".join(["Red", *(f"Tone {letter}" for letter in "ABCDEFGHIJKL")])
    found = look("mj01-purple.jpg", shop=model("MJ01", colours))
    assert [link.sku for link in found.links] == ["MJ01"] and not found.suggestions
    assert "Tone H and 4 more" in " ".join(reason.detail for reason in found.links[0].evidence)


def test_two_colours_of_one_model_by_sku_are_a_conflict() -> None:
    found = look("MH01-S-Gray.jpg", metadata={"sku": "MH01-S-Black"})
    assert found.links == ()
    assert found.conflicts[0].skus == tuple(sorted(GRAY | {"MH01-S-Black", "MH01-M-Black", "MH01-L-Black"}))


def test_two_colours_beside_a_model_wait_for_a_person() -> None:
    found = look("mh01_main_black_gray.jpg")
    assert skus(found) == set()
    assert len(found.suggestions) == 6 and all(link.confidence < 0.85 for link in found.suggestions)


@pytest.mark.parametrize(
    ("name", "folder"),
    [("1.jpg", "MJ01/blue"), ("MJ01_front.jpg", "blue"), ("MJ01_front.jpg", "MJ01/Blue"), ("MJ01-BLU.jpg", "")],
)
def test_a_folder_of_another_colour_than_the_only_one_links_no_variant(name: str, folder: str) -> None:
    found = look(name, folder, shop=model("MJ01", "Red"))
    assert [(link.sku, link.look) for link in found.links] == [("MJ01", (("color", "blue"),))]


@pytest.mark.parametrize(
    ("name", "folder"),
    [
        ("mh01-gray-black.jpg", ""),
        ("mh01_m_gray_black.jpg", ""),
        ("gray-mh01-black.jpg", ""),
        ("mh01-gray.jpg", "black"),
        ("MH01-S-Gray.jpg", "2026/Black"),
        ("gray_1.jpg", "mh01/black"),
        ("mh01-gray_BLK.jpg", ""),
    ],
)
def test_two_colours_in_what_names_one_file_wait_for_a_person(name: str, folder: str) -> None:
    found = look(name, folder)
    assert not found.links, "nor the whole model: its picture would be shown in all colours"
    assert {link.sku for link in found.suggestions} == GRAY | BLACK


@pytest.mark.parametrize(
    ("name", "folder"), [("mh01-gray-red.jpg", ""), ("mh01-gray.jpg", "red"), ("pink.jpg", "MH01-Gray")]
)
def test_a_colour_of_the_model_beside_one_that_it_lacks_waits_for_a_person(name: str, folder: str) -> None:
    found = look(name, folder)
    assert not found.links and {link.sku for link in found.suggestions} == GRAY


@pytest.mark.parametrize("folder", ["Black Friday", "light", "MH01/Blue Monday", "gray"])
def test_a_folder_that_says_more_than_a_colour_contradicts_no_name(folder: str) -> None:
    assert skus(look("mh01-gray.jpg", folder)) == GRAY


@pytest.mark.parametrize(
    ("name", "folder"), [("mh05-white-black.jpg", ""), ("black_white_mh05.jpg", ""), ("mh05 black-white.jpg", "black")]
)
def test_two_colours_are_one_where_the_product_has_both(name: str, folder: str) -> None:
    assert skus(look(name, folder, shop=model("MH05", "Black,Black/White", sizes="S"))) == {"MH05-S-Black/White"}


@pytest.mark.parametrize("name", ["mh01-BLK.jpg", "MH01_Blk_front.jpg", "mh01%20black.jpg", "MH01%2Fblack%20(2).jpg"])
def test_colours_in_three_letters_and_names_of_addresses(name: str) -> None:
    assert skus(look(name)) == BLACK


def test_two_letters_are_a_colour_where_only_one_can_be_meant() -> None:
    assert skus(look("mh03-rd.jpg", shop=model("MH03", "Red,Blue"))) == {f"MH03-{size}-Red" for size in "SML"}
    assert skus(look("mh03-bl.jpg", shop=model("MH03", "Red,Blue"))) == {f"MH03-{size}-Blue" for size in "SML"}
    both = look("mh03-bl.jpg", shop=model("MH03", "Black,Blue,Red", sizes="S"))
    assert not both.links and {link.sku for link in both.suggestions} == {"MH03-S-Black", "MH03-S-Blue"}
    assert skus(look("mh01-gray_bl.jpg")) == GRAY, "a view, where the colour is said in full"


@pytest.mark.parametrize(("name", "folder"), [("tee900-bla.jpg", ""), ("tee900_2.jpg", "bla"), ("tee900 gre.jpg", "")])
def test_letters_that_two_colours_of_the_model_may_mean_are_a_doubt(name: str, folder: str) -> None:
    found = look(name, folder, shop=model("TEE900", "Black,Blue,Green,Gray"))
    meant = {"Green", "Gray"} if "gre" in name else {"Black", "Blue"}
    assert found.links == () and {link.sku.rpartition("-")[2] for link in found.suggestions} == meant


def test_the_first_letters_of_one_colour_mean_it() -> None:
    shop = model("TEE900", "Black,Off White,Navy")
    assert {sku[-5:] for sku in skus(look("tee900-bla_main.jpg", shop=shop))} == {"Black"}
    assert {sku[-9:] for sku in skus(look("tee900_off_2.jpg", shop=shop))} == {"Off White"}
    swedish = model("TEE900", "White,Blue")
    assert {sku[-4:] for sku in skus(look("tee900-bla.jpg", shop=swedish))} == {"Blue"}


@pytest.mark.parametrize(("name", "folder"), [("2.jpg", "MH01/red"), ("mh01-WHT.jpg", ""), ("mh01-blakc.jpg", "")])
def test_a_colour_that_is_not_the_whole_models_reaches_no_other_colour(name: str, folder: str) -> None:
    links = [link for link in look(name, folder).links if link.level == "model"]
    assert links and all(link.look for link in links), "variants show what their model's links say of no look"


def test_one_slip_in_a_colour_links_where_only_one_can_be_meant() -> None:
    found = look("mh01-blakc.jpg")
    assert skus(found) == {"MH01-S-Black", "MH01-M-Black", "MH01-L-Black"}
    assert found.links[0].confidence == 0.87
    assert found.links[0].evidence[-1].detail == "“blakc” may be a slip for “black”"
    reds = model("MH03", "Red,Blue")
    assert skus(look("mh03-rde.jpg", shop=reds)) == {"MH03-S-Red", "MH03-M-Red", "MH03-L-Red"}
    assert skus(look("mh03-bed_scene.jpg", shop=reds)) == set()


@pytest.mark.parametrize("name", ["mh02_schwarz.jpg", "noir mh02.jpg", "mh02-zwart_back.jpg", "mh02-nero.jpg"])
def test_colours_are_known_in_other_languages(name: str) -> None:
    assert skus(look(name)) == {"MH02-S-Black", "MH02-M-Black", "MH02-L-Black"}


def test_a_list_in_another_language_is_known_by_english_names() -> None:
    assert skus(look("mh02-green.jpg")) == {"MH02-S-Grün", "MH02-M-Grün", "MH02-L-Grün"}
    both = model("MH04", "Black,Schwarz")  # which of the two is meant by a third name of it, nobody can tell
    assert skus(look("mh04-noir.jpg", shop=both)) == set()


def test_a_colour_that_the_model_lacks_links_no_variant() -> None:
    found = look("mh01-pink_main.jpg")
    assert skus(found) == set()
    assert "pink" in found.links[0].evidence[-1].detail and found.links[0].level == "model"


@pytest.mark.parametrize(("colour", "linked"), [("Black", False), ("Schwarz", False), ("Night", True)])
def test_the_only_colour_of_a_model_is_not_another_one(colour: str, linked: bool) -> None:
    found = look("wx2041-pink_main.jpg", shop=model("WX2041", colour, sizes="S"))
    assert bool(skus(found)) == linked
