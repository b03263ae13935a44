--- What the rows of equal discs have in common: the same job given to another
-- program and to us, each on a served recorder of its own; then both discs are
-- asked the same by the direct path, and the order of commands is compared.
-- What differs by right stands in README.md.
-- The traces of both stay: rowNN.1.trace is theirs, rowNN.2.trace ours.
local disc = require "discrecorder"
local source = require "discrecorder.source"
local run = require "spec.support.run"
local support = require "spec.support.disc"

local equal = {}

-- {=== what a disc is ===

-- A reply as it reads, or the sense. The time-out of a drive does not matter.
local function asked(rec, cdb, room)
  local reply, failure = support.send(rec, cdb, room)
  if not reply then
    return support.sense_of(failure)
  end
  assert(#reply > 0, "an answer without a byte compares nothing")
  return (reply:gsub(".", function(byte)
    return ("%02x"):format(byte:byte())
  end))
end

-- An LBA or the number of a WRITE: before the first track they are below 0.
local function signed(hex)
  local lba = tonumber(hex, 16)
  return lba < 0x80000000 and lba or lba - 0x100000000
end

-- Blocks from one to before another; on discs that are as long as they are
-- whatever was written, both programs' jobs and what lies behind.
local function blocks_of(rec, from, to, list, kind)
  for lba = from, to - 1 do
    local block, failure = rec:read(lba, 1, kind)
    -- A track's run-out cannot be read: that too is how the disc is.
    table.insert(list, block or support.sense_of(failure))
  end
end

-- Blocks that are compared behind what was written, and at the end of a disc.
local BEHIND <const> = 512

-- CD-TEXT, catalogue number, ISRCs; and Q of some blocks, by which pregaps and
-- indexes are told.
local function ask_sub_channels(rec, medium, list)
  table.insert(list, {"READ TOC, format 5",
    asked(rec, "43 00 05 000000 00 9004 00", 0x9004)})
  table.insert(list, {"catalogue number",
    asked(rec, "42 00 40 02 0000 00 0018 00", 24)})
  for _, track in ipairs(medium.tracks) do
    table.insert(list, {"ISRC of track " .. track.number,
      asked(rec, ("42 00 40 03 0000 %02X 0018 00"):format(track.number), 24)})
    for lba = track.start - 160, track.start + 320, 40 do
      table.insert(list, {"Q of block " .. lba,
        asked(rec, ("BE 00 %08X 000001 00 02 00"):format(lba & 0xFFFFFFFF),
          16)})
    end
  end
end

-- All that can be asked about it, in order: {name, answer}; its blocks; the
-- medium.
local function description(path, written)
  local rec <close> = assert(disc.recorder("virtual:" .. path))
  assert(rec:open_exclusive())
  local medium = assert(rec:medium())
  local list = {
    {"state", medium.state},
    {"profile", asked(rec, "46 02 0000 000000 0008 00", 8)},
    {"READ DISC INFORMATION", asked(rec, "51 00 0000000000 0022 00", 0x22)},
    {"READ CAPACITY", asked(rec, "25 00 00000000 0000 00 00", 8)},
    {"READ FORMAT CAPACITIES", asked(rec, "23 00 0000000000 00FC 00", 0xFC)},
    {"layer boundary", asked(rec, "AD 00 00000000 00 20 000C 00 00", 12)},
  }
  for format = 0, 2 do
    table.insert(list, {"READ TOC, format " .. format,
      asked(rec, ("43 00 %02X 000000 00 0400 00"):format(format), 1024)})
  end
  for number = 1, #medium.tracks + 1 do
    table.insert(list, {"READ TRACK INFORMATION, track " .. number,
      asked(rec, ("52 01 %08X 00 0030 00"):format(number), 48)})
  end
  table.insert(list, {"READ TRACK INFORMATION, track FFh",
    asked(rec, "52 01 000000FF 00 0030 00", 48)})
  if medium.profile:find "^cd" then
    ask_sub_channels(rec, medium, list)
  end
  local blocks = {}
  for _, track in ipairs(medium.tracks) do
    local stop = track.start + track.blocks
    local behind = math.min(stop, math.max(track.start, written) + BEHIND)
    local kind = track.kind == "audio" and "audio" or nil
    -- Of audio the pregap, too.
    blocks_of(rec, kind and math.max(0, track.start - BEHIND) or track.start,
      behind, blocks, kind)
    blocks_of(rec, math.max(behind, stop - BEHIND), stop, blocks, kind)
  end
  return list, blocks, medium
end

-- Where the last WRITE of a trace ends.
local function end_of(path)
  local most = 0
  for lba, count in run.slurp(path):gmatch
      "cdb=2a%x%x(%x%x%x%x%x%x%x%x)00(%x%x%x%x)" do
    most = math.max(most, signed(lba) + tonumber(count, 16))
  end
  for lba, count in run.slurp(path):gmatch
      "cdb=aa%x%x(%x%x%x%x%x%x%x%x)(%x%x%x%x%x%x%x%x)" do
    most = math.max(most, tonumber(lba, 16) + tonumber(count, 16))
  end
  return most
end

local function trace(t, number)
  return ("%s/%s.%d.trace"):format(t.share, t.id, number)
end

--- Both discs are the same; else it raises all differences.
-- @param but answers that may differ, by name: README.md says why
-- @treturn table the medium, as medium() gives it
function equal.same_discs(t, theirs, ours, but)
  local written = math.max(end_of(trace(t, 1)), end_of(trace(t, 2)))
  local list, blocks, medium = description(theirs, written)
  local our_list, our_blocks = description(ours, written)
  local differ = {}
  for i, one in ipairs(list) do
    print(("  %-36s %s"):format(one[1], one[2]))
    local other = our_list[i] or {one[1], "nothing"}
    if not (but and but[one[1]]) and
        (one[1] ~= other[1] or one[2] ~= other[2]) then
      table.insert(differ, ("%s:\n theirs %s\n ours   %s")
        :format(one[1], one[2], other[2]))
    end
  end
  for i = 1, math.max(#blocks, #our_blocks) do
    if blocks[i] ~= our_blocks[i] then
      table.insert(differ, ("data: the %dth of %d and %d blocks")
        :format(i, #blocks, #our_blocks))
      break
    end
  end
  print(("  %d blocks compared"):format(#blocks))
  assert(#differ == 0, table.concat(differ, "\n"))
  assert(#list == #our_list)
  return medium
end

-- ===}

-- {=== the order of commands ===

local NAMES <const> = {
  ["2a"] = "WRITE", ["aa"] = "WRITE", ["35"] = "SYNCHRONIZE", ["54"] = "OPC",
  ["53"] = "RESERVE", ["5d"] = "CUE", ["a1"] = "BLANK", ["bf"] = "STRUCTURE",
}

-- The command's word, or nil for one that does not matter.
local function word_of(line)
  local cdb = line:match "cdb=(%x+)"
  local out = line:match " out=(%x+)" or ""
  local opcode = cdb:sub(1, 2)
  if opcode == "55" then
    -- The page stands behind a header of eight bytes. Of audio libburn sends it
    -- to find out what the drive can do (README.md).
    local data = (tonumber(out:sub(24, 24), 16) or 0) & 4 ~= 0
    return data and out:sub(17, 18):match "[04]5" and "page"
  elseif opcode == "52" then
    return cdb:sub(3, 12) == "01000000ff" and "NWA"
  elseif opcode == "5b" then
    return "CLOSE " .. tonumber(cdb:sub(5, 6), 16)
  elseif opcode == "04" then
    return ("FORMAT %02X"):format((tonumber(out:sub(17, 18), 16) or 0) >> 2)
  end
  return NAMES[opcode]
end

-- Where a WRITE begins and ends.
local function extent(line)
  local cdb = line:match "cdb=(%x+)"
  local lba = signed(cdb:sub(5, 12))
  local count = cdb:sub(1, 2) == "2a" and cdb:sub(15, 18) or cdb:sub(13, 20)
  return lba, lba + tonumber(count, 16)
end

local LASTING <const> = {
  BLANK = true, SYNCHRONIZE = true, CLOSE = true, FORMAT = true, WRITE = true,
}

-- What the drive took, up to the last command that changes a disc, repetitions
-- once. And of each run of WRITEs where it begins and ends.
local function order(path)
  local words, last, extents, line, word = {}, 0, {}, nil, nil
  local reached
  for next_line in run.slurp(path):gmatch "[^\n]+" do
    if next_line:find "^packet" then
      line, word = next_line, word_of(next_line)
    elseif word and next_line:find "status=good" then
      if word == "WRITE" then
        local from, to = extent(line)
        if from ~= reached then
          table.insert(extents, from .. "-")
        end
        reached = to
        extents[#extents] = extents[#extents]:match "^%-?%d+-" .. to
      end
      if word ~= words[#words] then
        table.insert(words, word)
      end
      if LASTING[word:match "^%u+"] then
        last = #words
      end
    end
  end
  return table.concat(words, ", ", 1, last), table.concat(extents, ", ")
end

--- Both as it stands here; and what they wrote begins and ends alike, or as
-- `where` says of each.
function equal.in_order(t, theirs, ours, where)
  local found, extents = {}, {}
  for i, who in ipairs{"they", "we"} do
    found[i], extents[i] = order(trace(t, i))
    print(("  %s: %s; WRITE %s"):format(who, found[i], extents[i]))
  end
  assert(found[1] == theirs, "they sent something else: " .. found[1])
  assert(found[2] == ours, "we sent something else: " .. found[2])
  where = where or {extents[1], extents[1]}
  assert(extents[1] == where[1] and extents[2] == where[2],
    ("they wrote %s, we %s"):format(extents[1], extents[2]))
end

-- ===}

-- {=== who burns ===

function equal.cdrskin(t, drive, ...)
  t.run("cdrskin", "-v", "dev=" .. drive.sr, ...)
end

function equal.xorriso(t, drive, ...)
  t.run("xorriso", "-as", "cdrecord", "-v", "dev=" .. drive.sr, ...)
end

function equal.wodim(t, drive, ...)
  t.run("wodim", "-v", "gracetime=2", "dev=" .. drive.sr, ...)
end

--- growisofs -Z of an image, the last of the words.
function equal.growisofs(t, drive, ...)
  local words = {...}
  local image = table.remove(words)
  table.insert(words, "-Z")
  table.insert(words, drive.sr .. "=" .. image)
  t.run("growisofs", "-use-the-force-luke=notray,tty", table.unpack(words))
end

--- dvd+rw-format: words, the node.
function equal.dvd_rw_format(t, drive, ...)
  local words = {...}
  table.insert(words, drive.sr)
  t.run("dvd+rw-format", table.unpack(words))
end

--- We, by the sr node: the kernel is on our way too.
function equal.engine(drive, paths, job)
  local rec <close> = assert(disc.recorder(drive.sr))
  local copy = {tracks = {}}
  for key, value in pairs(job or {}) do
    copy[key] = value
  end
  for i, path in ipairs(paths) do
    copy.tracks[i] = {source = source.file(path)}
  end
  local report = assert(rec:burn(copy))
  assert(report.ok)
end

--- We, by the same node, with a job of any kind.
function equal.job(drive, job)
  local rec <close> = assert(disc.recorder(drive.sr))
  assert(assert(rec:burn(job)).verified)
end

--- We erase or format, by the sr node: a method and what it takes.
function equal.chore(drive, method, ...)
  local rec <close> = assert(disc.recorder(drive.sr))
  assert(rec:open_exclusive())
  assert(rec[method](rec, ...))
end

-- ===}

--- Two equal recorders, one for each; then both discs are out of the kernel and
-- compared.
-- @func theirs called with a drive
-- @func ours the same
-- @tparam[opt] table more `before`: called with both drives first;
-- `but`: as for same_discs; `drive`: of t:serve
-- @treturn table the medium
function equal.both(t, medium, theirs, ours, more)
  more = more or {}
  local drives = {t:serve(medium, more.drive), t:serve(medium, more.drive)}
  for i, burn in ipairs{theirs, ours} do
    if more.before then
      more.before(drives[i])
    end
    burn(drives[i])
  end
  t:stop(drives[1])
  t:stop(drives[2])
  return equal.same_discs(t, drives[1].path, drives[2].path, more.but)
end

--- The first so many blocks of a MiB.
function equal.blocks(t, count)
  local path = t.folder .. "/blocks"
  run.spit(path, run.slurp(t:data(1)):sub(1, count * 2048))
  return path
end

return equal
