-- Sheets and CD-TEXT: Lua alone, and the looks at the files that they name.
local cdtext = require "discrecorder.cdtext"
local must = require "spec.host.scenarios.must"
local sheet = require "discrecorder.sheet"

local TEXTS <const> = {
  first_track = 1,
  blocks = {{
    language = 9, encoding = "iso-8859-1",
    disc = {title = "All", performer = "Bänd", genre = "Jazz", genre_code = 14},
    tracks = {{title = "One"}, {title = "Two", isrc = "USABC9912345"}},
  }},
}

local function text()
  must(cdtext.decode(must(cdtext.encode(TEXTS))))
end

-- Files that a sheet names lie beside it.
local function link(at)
  for _, name in ipairs {"one.wav", "two.wav"} do
    assert(os.execute(("cp '%s/%s' '%s'"):format(at.input, name, at.work)))
  end
end

local function written(name)
  return {
    name = "sheet, " .. name, prepare = link, reads = true, run = function(at)
      local found = must(sheet.read(at.input .. "/album.cue"))
      must(sheet.write(at.work .. "/" .. name, found))
      must(sheet.read(at.work .. "/" .. name))
    end,
  }
end

return {
  {name = "CD-TEXT", reads = true, run = text},
  written "x.cue",
  written "x.toc",
  written "x.nrg",
}
