return require("fuzz.sheets").reader "cue"
