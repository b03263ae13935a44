--- What players and systems ask of a disc's layout: docs/udf.md. What would be
-- of no use to them is refused, unless the caller says that it is data.
-- @module discrecorder.layout

local core = require "discrecorder.core"
local new_failure = require("discrecorder.failure").new
local udf = require "discrecorder.udf"

local layout = {}

local BLOCK <const> = 2048

-- Blocks of an ECC block, of media that end with the last one written.
local ECC <const> = {
  ["dvd-r"] = 16, ["dvd-r-dl"] = 16, ["dvd-rw"] = 16,
  ["dvd+r"] = 16, ["dvd+r-dl"] = 16, ["bd-r"] = 32,
}

-- What marks a folder for players, and what makes a disc of it that they play.
local FOR_PLAYERS <const> = {
  {
    file = "/VIDEO_TS/VIDEO_TS.IFO",
    name = "DVD-Video",
    udf = "1.02",
    advice = "Make an image with `genisoimage -dvd-video -udf -o image.iso "
      .. "FOLDER` and write that; or burn the folder as data "
      .. '(layout = "data", --layout data).',
  },
  {
    file = "/AUDIO_TS/AUDIO_TS.IFO",
    name = "DVD-Audio",
    udf = "1.02",
    advice = "Let an authoring program make an image and write that; or burn "
      .. 'the folder as data (layout = "data", --layout data).',
  },
  {
    file = "/BDMV/index.bdmv",
    name = "Blu-ray (BDMV)",
    udf = "2.50",
    advice = "Let an authoring program make an image and write that; or burn "
      .. 'the folder as data (layout = "data", --layout data).',
  },
}

--- Would players look in vain for what is in this tree?
-- @tparam Source tree
-- @treturn[1] boolean true: all is well
-- @return[2] nil
-- @treturn[2] table failure
-- @treturn[2] string code: unsupported
function layout.check_tree(tree)
  local has = require("discrecorder.tree").has
  for _, one in ipairs(FOR_PLAYERS) do
    if has(tree, one.file) then
      return new_failure("unsupported",
        ("%s: a %s player needs UDF %s, and a tree is burned as ISO 9660")
          :format(one.file, one.name, one.udf),
        {culprit = "data", advice = one.advice})
    end
  end
  return true
end

local function refuse(message, ...)
  return new_failure("bad_file", message:format(...))
end

-- A system looks for a VAT in the last block that was written (UDF 2.2.10).
local function check_vat(rec, path, blocks)
  local medium, failure, code = rec:medium()
  if not medium then
    return nil, failure, code
  end
  local ecc = ECC[medium.profile]
  if medium.state == "none" or ecc and blocks % ecc == 0 then
    return true
  elseif ecc then
    return refuse("%s: its UDF volume has to end a track, and its %d blocks "
      .. "are no multiple of %d", path, blocks, ecc)
  end
  return refuse("%s: its UDF volume has to end a track, which nothing does "
    .. "on %s", path, medium.profile)
end

--- Would systems mount a disc burned from this image?
-- @tparam Recorder rec it is asked for its medium only where that matters
-- @string path
-- @treturn[1] boolean true: nothing is known against it
-- @return[2] nil
-- @treturn[2] table failure
-- @treturn[2] string code: bad_file, and those of `medium`
function layout.check_image(rec, path)
  local file <close>, reason = core.input(path)
  if not file then
    return new_failure("bad_file", reason)
  end
  local blocks = file:seek("end") // BLOCK
  local function read(block)
    local data = file:seek("set", block * BLOCK) and file:read(BLOCK)
    return data and #data == BLOCK and data or nil
  end
  local volume = udf.volume(read, blocks)
  if volume and volume.virtual then
    return check_vat(rec, path, blocks)
  end
  local size = not volume and udf.other_block_size(read)
  if size then
    return new_failure("bad_file",
      ("%s: its UDF volume has blocks of %d bytes, and a disc's have %d")
        :format(path, size, BLOCK),
      {advice = "Make it with `mkudffs --media-type=hd --blocksize=2048`."})
  end
  return true
end

--- Is this value of the key `layout` one that there is? Else it raises.
-- @string what the function's name
-- @param value nil, or "data": nothing is refused
-- @int level as for `error`
function layout.check_choice(what, value, level)
  if value ~= nil and value ~= "data" then
    error(("%s: layout: 'data' expected"):format(what), level + 1)
  end
end

return layout
