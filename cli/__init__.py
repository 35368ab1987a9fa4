"""The command line: `packshot demo`, `up`, `status`, `render FILE` …"""
