"""The hand-made part of the vocabulary: which WordNet words people in a shop use, and what a shop does not sell."""

# WordNet's "artifact", "food, nutrient" (drinks, dishes) and "food, solid food" (bread, produce).
PRODUCT_ROOTS = {"n00021939", "n00021265", "n07555863"}

# Kinds (WordNet ids) and single classes (indices) that are artefacts or food, yet not products.
NOT_PRODUCTS: set[str | int] = {
    "n04341686",  # buildings, bridges, fences, monuments
    "n03953020",  # shops and other places of business
    "n03100490",  # ships, trains, cars: the ones that shops do sell are named below
    "n04105068",  # roofs
    "n03322940",  # harvesters and threshers
    "n03309808",  # wool and velvet: a material is not read off a photograph this way
    406, 415, 442, 471, 475, 476, 480, 483, 498, 510, 517, 525, 536, 540, 557, 562, 571, 582, 583, 599, 616, 640, 645,
    646, 682, 692, 694, 704, 706, 707, 718, 730, 733, 743, 744, 755, 781, 799, 800, 815, 819, 854, 863, 877, 886, 900,
    908, 916, 918, 922, 923, 958, 961, 971,
}  # fmt: skip

# Vehicles, towels, tents and books that are ordered from a shop, and corn.
PRODUCTS_ANYWAY = {428, 434, 443, 444, 448, 472, 533, 537, 573, 591, 665, 670, 671, 672, 700, 729, 791, 870, 880, 917,
                   921, 987, 999}  # fmt: skip

# Categories that may be said when the class below them is not sure.
CATEGORIES = {
    "n03051540": "clothing", "n03502509": "headwear", "n03497657": "hat", "n03380867": "footwear", "n04199027": "shoe",
    "n03540267": "hosiery", "n04370048": "sweater", "n03057021": "coat", "n04230808": "skirt", "n04371563": "swimwear",
    "n03815615": "tie", "n04143897": "scarf", "n03405725": "furniture", "n04161981": "seating", "n03001627": "chair",
    "n04379243": "table", "n02766320": "cot", "n02876657": "bottle", "n02883344": "box", "n02773037": "bag",
    "n02801938": "basket", "n03603722": "jug", "n03438257": "drinking glass", "n02880940": "bowl",
    "n04381994": "tableware", "n03621049": "kitchen utensil", "n03101986": "cookware", "n03528263": "home appliance",
    "n03620052": "kitchen appliance", "n03800933": "musical instrument", "n04586932": "wind instrument",
    "n04338517": "stringed instrument", "n03915437": "percussion instrument", "n03614532": "keyboard instrument",
    "n03467517": "guitar", "n03928116": "piano", "n04451818": "tool", "n03997484": "power tool", "n03623556": "knife",
    "n02778669": "ball", "n04285146": "sports equipment", "n03472232": "gym equipment", "n03278248": "electronics",
    "n03082979": "computer", "n03985232": "portable computer", "n04401088": "telephone", "n02942699": "camera",
    "n04437953": "timepiece", "n03046257": "clock", "n03906997": "pen", "n04447443": "toiletries",
    "n03714235": "make-up", "n03964744": "toy", "n03513137": "helmet", "n00021265": "food", "n07555863": "food",
    "n07705711": "produce", "n07705931": "fruit", "n07707451": "vegetable", "n07622061": "baked goods",
    "n07679356": "bread", "n07881800": "drink", "n07609840": "dessert", "n02834778": "bicycle", "n04565375": "weapon",
    "n04459362": "towel", "n03366823": "rug or mat", "n02739668": "armour",
}  # fmt: skip

# What the trade calls one thing and WordNet does not, by class index: T-shirts, sweatshirts and cardigans are tops.
GROUPS = {
    "clothing": {501, 658, 796},
    "top": {474, 610, 841},
    "bottoms": {601, 608, 655, 689, 775, 842},
    "outerwear": {501, 568, 617, 735, 869},
    "eyewear": {836, 837},
    "electronics": {527, 590, 620, 681, 632, 650, 673, 732, 754, 759, 782, 810, 851},
    "watch": {531, 826},
    "cup or mug": {504, 968},
    "lamp": {619, 818, 846},
    "table": {532},
    "bed": {431, 516, 520, 564},
    "plant": {738, 944, 946, 953},  # leaves look like these to it
    "towel": {434, 533, 591, 700},
}

# Where WordNet's category would mislead: a sleeping bag is no bag, a cup no drink, a Dutch oven is a pot.
NOT_A = {
    544: {"home appliance", "kitchen appliance"},
    712: {"tableware"},
    747: {"ball"},
    797: {"bag"},
    798: {"computer"},
    842: {"swimwear"},
    962: {"baked goods", "bread"},
    968: {"food", "drink"},
}

# Plain names where the class's own is a list, an aside, or not the shop's word. Two classes may share one.
NAMES = {
    419: "adhesive bandage", 439: "bearskin hat", 478: "cardboard box", 492: "chest", 494: "wind chime",
    508: "keyboard", 513: "trumpet", 519: "crate", 520: "cot", 521: "slow cooker", 548: "TV cabinet",
    556: "fire screen", 570: "gas mask", 590: "handheld computer", 605: "music player", 606: "iron", 615: "knee pads",
    620: "laptop",
    632: "loudspeaker", 633: "magnifying glass", 635: "compass", 638: "leotard", 639: "swimsuit", 641: "maracas",
    642: "xylophone", 658: "mittens", 664: "monitor", 677: "nail", 680: "pacifier", 681: "laptop", 697: "pyjamas",
    725: "pitcher", 738: "potted plant", 741: "rug", 748: "handbag",
    758: "fishing reel", 759: "camera", 769: "ruler", 778: "scales", 782: "monitor",
    789: "room divider", 796: "balaclava", 810: "keyboard", 811: "heater", 824: "scarf", 831: "sofa", 842: "shorts",
    844: "light switch", 878: "typewriter", 890: "volleyball", 903: "wig", 906: "tie", 921: "book", 956: "cherimoya",
    968: "cup",
}  # fmt: skip
