--- Burning a folder against making an image of it.
local measure = require "measure"
local scratch = require "scratch"

local tree = {}

local FILES <const> = 4
local MIB <const> = 600

-- discrecorder's MD5 sums as `md5`, against xorrisofs with `options`.
local function against(md5, ...)
  local options = {...}
  return function(here)
    local folder = here:path("tree")
    local ours, disc = here:burn("burn", folder, "--no-verify", "--md5", md5)
    local out = here:path("out")
    -- Its first line, which -quiet does not keep back, goes nowhere.
    local theirs = measure.shell(
      'exec xorrisofs -quiet -R -J "$@" 2>/dev/null', "-o", out, folder,
      table.unpack(options))
    return measure.ratio(function()
      return scratch.seconds(ours, disc)
    end, function()
      return scratch.seconds(theirs, out)
    end)
  end
end

function tree.prepare(here)
  measure.run{"mkdir", here:path("tree")}
  for i = 1, FILES do
    here:random("tree/file" .. i, MIB // FILES)
  end
end

tree.rows = {
  {"tree_600m", 1.25, against("none")},
  {"tree_600m_md5", 1.25, against("files", "--md5")},
}

return tree
