--- Comparing the files on a disc with files and folders of this machine.
-- @module discrecorder.compare

local extent = require "discrecorder.extent"
local new_failure = require("discrecorder.failure").new
local source = require "discrecorder.source"

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
  for i = 2, #sections do
    local before = sections[i - 1]
    if sections[i].start ~= before.start + (before.bytes + BLOCK - 1) // BLOCK
    then
      return false
    end
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

-- Where a file's bytes are to be read; nil and why when that cannot be.
local function piece_of(entry, sections, last)
  local blocks = (entry.size + BLOCK - 1) // BLOCK
  if not one_run(sections) then
    return nil, "is in scattered pieces on the disc"
  elseif sections[1].start + blocks > last then
    return nil, "would lie beyond the end of the disc"
  end
  return {
    start = sections[1].start,
    blocks = blocks,
    bytes = entry.size,
    name = entry.path,
    host = entry.host,
  }
end

-- The pieces to compare, in the order of the disc, and what differs already.
local function match(expected, found, last)
  local pieces, differences = {}, {}
  for _, entry in ipairs(expected) do
    local there = found[entry.path]
    local how = difference(entry, there)
    if how then
      table.insert(differences, {path = entry.path, how = how})
    elseif entry.kind == "file" and entry.size > 0 then
      local piece, why = piece_of(entry, there.sections, last)
      table.insert(piece and pieces or differences,
        piece or {path = entry.path, how = why})
    end
  end
  table.sort(pieces, function(a, b)
    return a.start < b.start
  end)
  return pieces, differences
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
  local tree_module = require "discrecorder.tree"
  local track = tracks[#tracks]
  local last = track.start + track.blocks
  local list, unread, why =
    tree_module.import(extent.block_reader(rec, last), track.start)
  if not list then
    return nil, unread, why
  end
  local expected, found = tree_module.list(tree), by_path(list)
  local pieces, differences = match(expected, found, last)
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
    files = #pieces,
    keep_going = true,
    explain = explain(pieces),
    warnings = more_on_disc(expected, found),
  }
end

return compare
