--- Comparing the files on a disc with files and folders of this machine.
-- @module discrecorder.compare

local core = require "discrecorder.core"
local extent = require "discrecorder.extent"
local new_failure = require("discrecorder.failure").new
local source = require "discrecorder.source"
local udf = require "discrecorder.udf"
local udf_tree = require "discrecorder.udf_tree"

local compare = {}

local BLOCK <const> = extent.BLOCK

-- How many differences are named in a failure's message.
local NAMED <const> = 3

local function by_path(list)
  local map = {}
  for _, entry in ipairs(list) do
    map[entry.path] = entry
  end
  return map
end

-- A file's extents follow each other, however many there are.
local function one_run(sections)
  local next
  for _, section in ipairs(sections) do
    if section.hole or section.start ~= (next or section.start) then
      return false
    end
    next = section.start + (section.bytes + BLOCK - 1) // BLOCK
  end
  return #sections > 0
end

-- What differs without reading contents; nil: nothing.
local function difference(expected, found)
  if not found then
    return "is not on the disc"
  elseif expected.kind ~= found.kind then
    return ("is a %s on the disc and was a %s"):format(
      found.kind, expected.kind)
  elseif expected.size ~= found.size then
    return ("has %d bytes on the disc and %d here"):format(
      found.size, expected.size)
  elseif expected.target ~= found.target then
    return "leads elsewhere on the disc"
  end
end

-- The pieces of a file that is not in one run, as {bytes, read()}.
local function parts_of(there, read)
  if there.data then
    return {{bytes = #there.data, read = function()
      return there.data
    end}}
  end
  local parts = {}
  for _, section in ipairs(there.sections) do
    for at = 0, section.bytes - 1, BLOCK do
      table.insert(parts, {
        bytes = math.min(BLOCK, section.bytes - at),
        read = function()
          return section.hole and ("\0"):rep(BLOCK)
            or read(section.start + at // BLOCK)
        end,
      })
    end
  end
  return parts
end

-- Compare what a scan cannot: what is embedded or scattered. Gives what
-- differs, and the block that cannot be read.
local function compare_parts(entry, there, read)
  local file <close> = core.input(entry.host)
  if not file then
    return "cannot be read here"
  end
  for _, part in ipairs(parts_of(there, read)) do
    local data, failure = part.read()
    if not data then
      return failure.message, failure.lba
    elseif file:read(part.bytes) ~= data:sub(1, part.bytes) then
      return "has other bytes on the disc"
    end
  end
end

-- Where a file in one run is to be read; nil and why when that cannot be.
local function piece_of(entry, start, last)
  local blocks = (entry.size + BLOCK - 1) // BLOCK
  if start + blocks > last then
    return nil, "would lie beyond the end of the disc"
  end
  return {
    start = start,
    blocks = blocks,
    bytes = entry.size,
    name = entry.path,
    host = entry.host,
  }
end

-- What to compare of each file: `pieces` for a scan, in the order of the disc,
-- what differs already, and how many files were compared here.
local function match(expected, found, read, last)
  local pieces, differences, compared = {}, {}, 0
  for _, entry in ipairs(expected) do
    local there = found[entry.path]
    local how, lba = difference(entry, there), nil
    if not how and entry.kind == "file" and entry.size > 0 then
      if there.data or not one_run(there.sections) then
        compared = compared + 1
        how, lba = compare_parts(entry, there, read)
      else
        pieces[#pieces + 1], how =
          piece_of(entry, there.sections[1].start, last)
      end
    end
    if how then
      table.insert(differences, {path = entry.path, how = how, lba = lba})
    end
  end
  table.sort(pieces, function(a, b)
    return a.start < b.start
  end)
  return pieces, differences, compared
end

local function more_on_disc(expected, found)
  local here = by_path(expected)
  local more = {}
  for path in pairs(found) do
    if not here[path] then
      table.insert(more, path)
    end
  end
  table.sort(more)
  local warnings = {}
  if #more > 0 then
    warnings[1] = {
      code = "more_on_disc",
      message = ("%d more on the disc, first %s"):format(#more, more[1]),
    }
  end
  return warnings
end

local function differences_failure(differences)
  local named = {}
  for i = 1, math.min(NAMED, #differences) do
    local one = differences[i]
    named[i] = ("%s %s"):format(one.path, one.how)
  end
  return new_failure("verify_failed",
    ("%d of the files differ: %s%s"):format(#differences,
      table.concat(named, "; "), #differences > NAMED and "; ..." or ""),
    {report = {ok = false, differences = differences}})
end

-- The source of each piece, made when all is known to be there.
local function open_sources(pieces)
  for _, piece in ipairs(pieces) do
    local made, failure, code = source.file(piece.host)
    if not made then
      return nil, failure, code
    end
    piece.against = made
    piece.host = nil
  end
  return true
end

-- Is a scan's failure about files? Anything else (a drive that is gone, a
-- cancel) says nothing of them. The core goes on after the same.
local FILE_CODES <const> = {bad_file = true, verify_failed = true}
local FILE_SENSE <const> = {[3] = true, [5] = true, [8] = true}

local function is_of_files(failure, code)
  local sense = failure.sense
  return FILE_CODES[code] or sense and FILE_SENSE[sense.key]
end

-- A scan that failed: name the files.
local function explain(pieces)
  return function(failure, code)
    local differences = {}
    if not is_of_files(failure, code) then
      return nil, failure, code
    end
    for i, piece in ipairs(failure.report.pieces) do
      if piece.failure then
        table.insert(differences, {
          path = pieces[i].name,
          how = piece.failure.message,
          lba = piece.first_bad,
        })
      end
    end
    if #differences == 0 then
      return nil, failure, code
    end
    return differences_failure(differences)
  end
end

-- The tree on a disc: ISO 9660's where there is one, else UDF's.
local function list_disc(rec, track, read)
  local from_track = extent.track_reader(rec, track)
  local volume = not extent.iso_size(from_track)
    and udf.volume(from_track, track.blocks)
  if not volume then
    return require("discrecorder.tree").import(read, track.start)
  end
  local list, failure, code = udf_tree.list(from_track, volume)
  for _, one in ipairs(list or {}) do
    for _, section in ipairs(one.sections or {}) do
      section.start = section.start and section.start + track.start
    end
  end
  return list, failure, code
end

--- Prepare the comparison of a disc with files and folders.
-- @tparam Recorder rec
-- @tparam {table,...} tracks as @{discrecorder.extent.tracks} gives them
-- @tparam table options `against`: what was burned, as for
-- @{discrecorder.source.tree}; `exclude`, `follow_links`, `invalid_utf8`
-- @treturn[1] table a check, as discrecorder.verify runs it
-- @return[2] nil
-- @treturn[2] table failure
-- @treturn[2] string code: verify_failed, invalid_image, bad_file, ...
function compare.folders(rec, tracks, options)
  local against = options.against
  local tree, failure, code = source.tree {
    paths = type(against) == "string" and {against} or against,
    exclude = options.exclude,
    follow_links = options.follow_links,
    invalid_utf8 = options.invalid_utf8,
    layout = "data",
    md5 = "none",
  }
  if not tree then
    return nil, failure, code
  end
  local track = tracks[#tracks]
  local last = track.start + track.blocks
  local read = extent.block_reader(rec, last)
  local list, unread, why = list_disc(rec, track, read)
  if not list then
    return nil, unread, why
  end
  local expected = require("discrecorder.tree").list(tree)
  local found = by_path(list)
  local pieces, differences, compared = match(expected, found, read, last)
  if #differences > 0 then
    return differences_failure(differences)
  end
  local opened, unopened, which = open_sources(pieces)
  if not opened then
    return nil, unopened, which
  end
  return {
    kind = "files",
    pieces = pieces,
    files = #pieces + compared,
    keep_going = true,
    explain = explain(pieces),
    warnings = more_on_disc(expected, found),
  }
end

return compare
