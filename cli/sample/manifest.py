"""Which photograph of the package becomes which picture of the sample, and its bytes' hash."""

PACKAGE = "@vendure/create@2.0.0"
"""MIT-licensed and pinned: its later versions have another licence. 54 photographs, 5.6 MB."""
FOLDER = "package/assets/images/"

SHA256 = {
    "abel-y-costa-716024-unsplash.jpg": "65863db29ba316a504edcb23eafc441d9aaf0a065764eb9396e94c05b518ea36",
    "alexander-andrews-260988-unsplash.jpg": "b12fdd47f87a830015802b030959e75f3249c91cbab281b2c246c0e8bc58d4b7",
    "andres-jasso-220776-unsplash.jpg": "9d936013f1388f9ed25722beee90d55483b79782c1783b1215511c0f3ecdb4d2",
    "ben-hershey-574483-unsplash.jpg": "603ec7cf4be8fd1d5e047e139a8aae6ae18f94fc6c6ec4c788ad681aa41bce41",
    "charles-deluvio-695736-unsplash.jpg": "e70337bf97e41b8cf761bbf1ea1d86ceabbee0d27bcebe592666998cff6a0a74",
    "chuttersnap-324234-unsplash.jpg": "b21aa213ea663b0c72ff64b7c1be85563e7892eacc30d00641a3dafb5b8255ed",
    "chuttersnap-584518-unsplash.jpg": "1b84e640ad2f937681e524b0965848632d226c3e19ccb9fe57dd4bdb12ff307e",
    "eniko-kis-663725-unsplash.jpg": "965865fda6e9d8b825cfc164e80564b90692573ba0464d33d84d9f4ac7241040",
    "imani-clovis-234736-unsplash.jpg": "212c05be5624578eb950f6e34c31cd5aadb8903bf3f7ff20e4cd33f02956ef53",
    "jean-philippe-delberghe-1400011-unsplash.jpg": "0dfb7ce0d4f1ef430e9b39389dbafc654ab2de6c990d949efd51efe0a5bbfdcf",
    "kari-shea-398668-unsplash.jpg": "0826049b4685be09f2ab1309eb5792eadacc275112fec93ddacc7b80c4bc829c",
    "max-tarkhov-737999-unsplash.jpg": "9f66b825c63530293a8b129686cff3724e5dd655f776878c539146e0cca0739b",
    "mitch-lensink-256007-unsplash.jpg": "ec40196e0da7730c6ff63459420dfa84e4afc5e2bfb87a67fcbcd47f5a4cb542",
    "nathan-fertig-249917-unsplash.jpg": "549da5f66f1f137176be004bbd4b95d98cf62f8b69e7862d7599d564433a5b75",
    "neonbrand-428982-unsplash.jpg": "3c7e061fb859cd5f2c727fd91663103c8e9cca9cbf745ec23b24c7de6250559d",
    "nikolai-chernichenko-1299748-unsplash.jpg": "11e98256f4efdd2aa095bbd7ac0e405a7b46178ad89712d2f3e2870889a9ad9d",
    "paul-weaver-1120584-unsplash.jpg": "9975bba174ef4683b860dfd966020fe71eebd5bb8bdad3c187b426255f234cea",
    "pierre-chatel-innocenti-483198-unsplash.jpg": "1e512e1214315639187908ff468e44d5b6d65a5cfcdc45aa0c18e81c3f4e440d",
    "ruslan-bardash-351288-unsplash.jpg": "7700cfa8abb5a1b0da354a567f2c3946c4af412577576813ce2ff998798acbfe",
    "xavier-teo-469050-unsplash.jpg": "d082df5983c84d9767ae001252bf56e2e2bce78a067d4ab70dedc1c8af5d0e2a",
}

PICTURES = {
    "shoes/TRAINER-BLACK_main.jpg": "imani-clovis-234736-unsplash.jpg",
    "shoes/TRAINER-BLACK_side.jpg": "nikolai-chernichenko-1299748-unsplash.jpg",
    "shoes/trainer blue 1.jpg": "chuttersnap-584518-unsplash.jpg",
    "shoes/HITOP-WHITE_top.jpg": "xavier-teo-469050-unsplash.jpg",
    "shoes/IMG_2041_canvas-black.jpg": "mitch-lensink-256007-unsplash.jpg",
    "photo/CAM-TWINLENS_front.jpg": "alexander-andrews-260988-unsplash.jpg",
    "photo/CAM-SLR50_front.jpg": "chuttersnap-324234-unsplash.jpg",
    "photo/CAM-INSTANT-WHITE_front.jpg": "eniko-kis-663725-unsplash.jpg",
    "home/CHAIR-SHELL-BLACK_side.jpg": "andres-jasso-220776-unsplash.jpg",
    "home/yellow-chair-cafe_front.jpg": "jean-philippe-delberghe-1400011-unsplash.jpg",
    "home/ARMCHAIR_BLUE_final.jpg": "kari-shea-398668-unsplash.jpg",
    "home/STOOL-OAK_front.jpg": "ruslan-bardash-351288-unsplash.jpg",
    "home/SOFA-LEATHER_front.jpg": "paul-weaver-1120584-unsplash.jpg",
    "home/SOFA-FABRIC_lifestyle.jpg": "nathan-fertig-249917-unsplash.jpg",
    "home/CACTUS-POT/DSC_0417.jpg": "charles-deluvio-695736-unsplash.jpg",
    "home/09520123450199_A1N0.jpg": "pierre-chatel-innocenti-483198-unsplash.jpg",
    "home/DSC_0871.jpg": "abel-y-costa-716024-unsplash.jpg",
    "sports/BOARD-RED_top.jpg": "max-tarkhov-737999-unsplash.jpg",
    "sports/BOARD-RED_top copy.jpg": "max-tarkhov-737999-unsplash.jpg",
    "sports/gloves-red_main (2).jpg": "neonbrand-428982-unsplash.jpg",
    "sports/BALL-TENNIS_detail.jpg": "ben-hershey-574483-unsplash.jpg",
}
"""Name as a studio would give it → photograph. One stands twice: an exact duplicate under another name."""

BROKEN = {"home/STOOL-OAK_back.jpg": ("ruslan-bardash-351288-unsplash.jpg", 0.4)}
"""A transfer that broke off: name → photograph and the share of its bytes that arrived."""
