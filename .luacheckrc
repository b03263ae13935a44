std = "lua54"
max_line_length = 80
include_files = {
  "**/*.lua",
  "**/*.rockspec",
  "bin/discrecorder",
  ".busted",
  ".luacheckrc",
  "config.ld",
}
exclude_files = {"build"}
files["spec"].std = "+busted"
files["**/*.rockspec"].std = "+rockspec"
files["rockspec/debian.lua"] = {globals = {"rocks_provided"}}
files["fuzz"].read_globals = {"as_file", "nameless"}
files["config.ld"].std = "+ldoc"
