--- The CD-TEXT that an argument names.
-- @module discrecorder.cli.packs

local cdtext = require "discrecorder.cdtext"
local file = require "discrecorder.file"
local new_failure = require("discrecorder.failure").new
local sheet = require "discrecorder.sheet"

local LONGEST <const> = require("discrecorder.cdtext.packs").LONGEST

local packs = {}

local function packs_of_file(path)
  local bytes, failure, code = file.read(path, LONGEST)
  if code == "bad_file" then
    return new_failure(code, path ..
      " is neither a sheet (.cue, .toc, .nrg) nor a file of CD-TEXT packs")
  end
  return bytes, failure, code
end

local function packs_of_sheet(path, arguments)
  local disc, failure, code = sheet.read(path, {
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

--- The options of commands that read sheets.
-- @tparam table command of argparse
function packs.declare(command)
  command:option("--encoding", "What a sheet is written in."):choices{
    "utf-8", "windows-1252", "iso-8859-1", "ms-jis",
  }
  command:flag("--outside", "Let a sheet name files outside its folder.")
end

--- Packs out of a sheet, by its ending, or a file of packs.
-- @string path
-- @tparam table arguments `encoding`, `outside`, `toc`
-- @treturn[1] string packs
-- @return[2] nil, failure, code
function packs.read(path, arguments)
  if sheet.is_one(path) then
    return packs_of_sheet(path, arguments)
  end
  return packs_of_file(path)
end

return packs
