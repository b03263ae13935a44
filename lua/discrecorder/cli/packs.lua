--- The CD-TEXT that an argument names.
-- @module discrecorder.cli.packs

local cdtext = require "discrecorder.cdtext"
local new_failure = require("discrecorder.failure").new

local packs = {}

local SHEETS <const> = {cue = true, toc = true, nrg = true}

-- No set of packs is longer: eight languages, and a head.
local MOST <const> = 8 * 256 * 18 + 4

local function packs_of_file(path)
  local file <close>, reason = io.open(path, "rb")
  local bytes, unread
  if file then
    bytes, unread = file:read(MOST + 1)
  end
  if not file or unread then
    return new_failure("file_access", reason or path .. ": " .. unread)
  elseif bytes and #bytes > MOST then
    return new_failure("bad_file", path ..
      " is neither a sheet (.cue, .toc, .nrg) nor a file of CD-TEXT packs")
  end
  return bytes or ""
end

local function packs_of_sheet(path, arguments)
  local disc, failure, code = require("discrecorder.sheet").read(path, {
    encoding = arguments.encoding, outside = arguments.outside,
    files = arguments.toc or false, -- texts need none, addresses do
  })
  if not disc then
    return nil, failure, code
  elseif disc.packs then
    return disc.packs
  end
  local texts = cdtext.of_disc(disc, {toc = arguments.toc})
  if not texts then
    return new_failure("bad_file", path .. ": there is no CD-TEXT in it")
  elseif arguments.toc and not texts.toc then
    return new_failure("unsupported",
      path .. ": where its tracks are cannot be known")
  end
  return cdtext.encode(texts)
end

--- Packs out of a sheet, by its ending, or a file of packs.
-- @string path
-- @tparam table arguments `encoding`, `outside`, `toc`
-- @treturn[1] string packs
-- @return[2] nil, failure, code
function packs.read(path, arguments)
  if packs.is_sheet(path) then
    return packs_of_sheet(path, arguments)
  end
  return packs_of_file(path)
end

--- Whether a name is a sheet's.
-- @string path
-- @treturn boolean
function packs.is_sheet(path)
  return SHEETS[(path:match "%.(%w+)$" or ""):lower()] or false
end

return packs
