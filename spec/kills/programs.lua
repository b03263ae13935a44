--- What is done to a disc while it is killed: a kind of disc each, and steps
-- that are taken one after the other.
--
-- A step is {what, ...}:
--     {"burn", IMAGE, options}   an image of images.lua's
--     {"erase", full}, {"format", kind}
--     {"flush", IMAGE, blocks}   packets: WRITEs in sequence, each followed by
--                                SYNCHRONIZE CACHE, and told
local programs = {}

local function add(name, medium, ...)
  table.insert(programs, {name = name, medium = medium, steps = {...}})
end

local OPEN <const> = {keep_open = true}
local MORE <const> = {append = true}
local MORE_OPEN <const> = {append = true, keep_open = true}
local ANEW <const> = {as_needed = true}

local function sequence(name, medium, options)
  local first, second = {keep_open = true}, {append = true}
  for key, value in pairs(options or {}) do
    first[key], second[key] = value, value
  end
  add(name, medium, {"burn", 1, first}, {"burn", 2, second})
end

sequence("CD-R, track at once", "cd-r", {mode = "tao"})
add("CD-RW, track at once, erased", "cd-rw", {"burn", 1, {mode = "tao"}},
  {"erase", false}, {"burn", 2, {mode = "tao", keep_open = true}},
  {"erase", true}, {"burn", 1, {mode = "tao"}})
add("CD-R, audio session at once", "cd-r",
  {"burn", "audio", {mode = "sao", keep_open = true}}, {"burn", 2, MORE})
add("CD-RW, audio track at once", "cd-rw", {"burn", "audio", {mode = "tao"}},
  {"erase", true}, {"burn", "audio", {mode = "sao"}})
sequence("DVD-R", "dvd-r", {mode = "incremental"})
add("DVD-R, disc-at-once", "dvd-r", {"burn", 1, {mode = "dao"}})
add("DVD-R DL", "dvd-r-dl", {"burn", 1, {}})
add("DVD-RW, erased", "dvd-rw", {"burn", 1, {mode = "incremental"}},
  {"erase", true}, {"burn", 2, OPEN}, {"erase", false},
  {"burn", 1, {mode = "dao"}})
add("DVD-RW, overwriting", "dvd-rw", {"format"}, {"burn", 1, ANEW},
  {"burn", 2, ANEW}, {"erase", true})
sequence("DVD+R", "dvd+r")
add("DVD+R, flushed often", "dvd+r", {"flush", 1, 320}, {"flush", 2, 320})
sequence("DVD+R DL", "dvd+r-dl")
add("DVD+RW", "dvd+rw", {"format"}, {"burn", 1, ANEW}, {"burn", 2, ANEW})
add("DVD-RAM", "dvd-ram", {"burn", 1, ANEW}, {"burn", 2, ANEW}, {"format"},
  {"burn", 1, ANEW})
sequence("BD-R", "bd-r")
add("BD-R with spare areas", "bd-r", {"format"}, {"burn", 1, OPEN},
  {"burn", 2, MORE_OPEN}, {"burn", 1, MORE})
add("BD-R, flushed often", "bd-r", {"flush", 1, 320}, {"burn", 2, MORE})
sequence("BD-R DL", "bd-r-dl")
add("BD-RE", "bd-re", {"format"}, {"burn", 1, ANEW}, {"burn", 2, ANEW},
  {"format"})
add("BD-RE DL", "bd-re-dl", {"format"}, {"burn", 1, ANEW}, {"burn", 2, ANEW})

return programs
