"""Our own network, as URLs write it that want to be taken for something else."""

OURS = [
    "https://127。0。0。1:18443/a.jpg", "https://①②⑦.⓪.⓪.①/", "https://１２７.0.0.1/", "https://169。254。169。254/",
    "https://127．0｡0.1/", "https://ⓛocalhost/", "https://LOCALHOST/", "https://localhost./", "https://a.localhost./",
    "https://127.1/", "https://1２7.1/", "https://0177.0.0.1/", "https://2130706433/", "https://0x7f.1/", "https://0X7F.1/",
    "https://0ｘ7f.1/", "https://127.0.0.1./", "https://0/", "https://127.0.0x1/", "https://%31%32%37.0.0.1/",
    "https://127%2e0.0.1/", "https://[::127。0。0。1]/", "https://[::ffff:7f00:1]/", "https://[::ffff:127。0。0。1]/",
    "https://[0:0:0:0:0:0:0:1]/", "https://[fe80::1%25eth0]/", "https://[2606:4700::1%25eth0]/", "https://[fe80::1%eth0]/",
    "https://127.0.0.1\\@shop.example.com/", "https://shop.example.com\\@127.0.0.1/", "https://127.0.0.1\t/",
]  # fmt: skip
