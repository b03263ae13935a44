return require("fuzz.sheets").reader "toc"
