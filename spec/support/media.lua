--- What the specs of DVDs and BDs share: a disc of any kind in any state, and
-- what a burn sent to its drive, in short.
--
--     local media = require "spec.support.media"
--     media.burn(bench, 100, {keep_open = true})  -- 100 blocks; the report
--     media.sent(bench:path "trace")              -- {"page 0", "WRITE", ...}
local assert = require "luassert"
local burning = require "spec.support.burning"
local disc = require "spec.support.disc"
local sequence = require "spec.support.sequence"

local media = {}

--- Burn an image of so many blocks by a recorder of its own, or by `rec`: the
-- report, or nil, failure, code. The image is bench:path(blocks .. ".iso").
function media.try(bench, blocks, options, rec)
  local path = bench:image(blocks, blocks .. ".iso")
  local own <close> = not rec and bench:recorder() or nil
  return (rec or own):burn(burning.job(path, options))
end

--- The same, which must go well, and did so: the disc has what it should.
function media.burn(bench, blocks, options, rec)
  local report = assert(media.try(bench, blocks, options, rec))
  assert.is_true(report.verified)
  local file <close> = assert(io.open(bench:path(blocks .. ".iso"), "rb"))
  bench:has(report.tracks[1], file:read "a")
  return report
end

--- Do something with a recorder that is open exclusively.
function media.open(bench, f, options)
  local rec <close> = bench:recorder(options)
  assert(rec:open_exclusive())
  local result = f(rec, sequence(function()
    return rec
  end))
  rec:close()
  return result
end

--- A chore that must go well: "erase", "finish", "format".
function media.chore(bench, name, ...)
  local arguments = {...}
  media.open(bench, function(rec)
    assert(rec[name](rec, table.unpack(arguments)))
  end)
  return bench:medium()
end

--- Leave only so much of a blank disc: the rest is reserved and closed, in a
-- session that stays open, or `close` is true.
function media.fill(bench, room, close)
  media.open(bench, function(rec, s)
    local medium = assert(rec:medium())
    if medium.profile:find "^dvd%-r" then
      assert.are.equal("good", s.select(0, {multi = true}))
    end
    assert.are.equal("good", s.reserve(medium.free_blocks - room))
    assert.are.equal("good", s.close(1, 1))
    if close then
      assert.are.equal("good", s.close(2))
    end
  end)
  return bench:medium()
end

--- The media id and so on of a medium's formats: {"26 2295104", ...}.
function media.formats(medium)
  local list = {}
  for i, format in ipairs(medium.formats or {}) do
    list[i] = ("%02X %d"):format(format.type, format.blocks)
  end
  return list
end

--- The names of the ways in which a medium can be written, in order.
function media.ways(medium)
  local list = {}
  for name, can in pairs(medium.write) do
    if can then
      table.insert(list, name)
    end
  end
  table.sort(list)
  return list
end

--- The codes of a report's warnings.
function media.warnings(report)
  local codes = {}
  for i, warning in ipairs(report.warnings) do
    codes[i] = warning.code
  end
  return codes
end

-- {=== what was sent

-- Mode page 05h: its write type, and what is on.
local function page(out)
  local bytes = disc.hex(out):sub(9)
  if bytes:byte(1) & 0x3F ~= 0x05 then
    return nil
  end
  local text = ("page %d"):format(bytes:byte(3) & 15)
  return text .. (bytes:byte(3) & 0x10 ~= 0 and " test" or "")
    .. (bytes:byte(4) >> 6 == 3 and " multi" or "")
end

local function format(out)
  local blocks, kind = (">I4B"):unpack(disc.hex(out), 5)
  return ("FORMAT %02X %X"):format(kind >> 2, blocks)
end

-- By operation code; a command that is not here does not count.
local WORDS <const> = {
  [0x04] = function(_, out)
    return format(out)
  end,
  [0x2A] = function()
    return "WRITE"
  end,
  [0x35] = function()
    return "FLUSH"
  end,
  [0x53] = function(cdb)
    return ("RESERVE %d"):format((">I4"):unpack(cdb, 6))
  end,
  [0x54] = function()
    return "OPC"
  end,
  [0x55] = function(_, out)
    return page(out)
  end,
  [0x5B] = function(cdb)
    local kind, number = cdb:byte(3), (">I2"):unpack(cdb, 5)
    return kind == 1 and ("CLOSE 1 of %d"):format(number)
      or ("CLOSE %d"):format(kind)
  end,
  [0xA1] = function(cdb)
    return cdb:byte(2) & 1 == 1 and "BLANK minimal" or "BLANK"
  end,
  [0xAA] = function(cdb)
    return cdb:byte(11) & 0x80 ~= 0 and "STREAM" or "WRITE"
  end,
  [0xBF] = function(_, out)
    return ("BOUNDARY %d"):format((">I4"):unpack(disc.hex(out), 9))
  end,
}

--- Burn as media.burn does: what was sent.
function media.traced(bench, blocks, options)
  local trace = bench:path "trace"
  os.remove(trace)
  local rec <close> = bench:recorder {trace = trace}
  media.burn(bench, blocks, options, rec)
  return media.sent(trace)
end

--- The packets of a trace that change something, in their order; equal ones
-- that follow each other count once.
function media.sent(trace)
  local list = {}
  for line in io.lines(trace) do
    local hex = line:match "^packet .* cdb=(%x+)"
    local cdb = hex and disc.hex(hex)
    local word = cdb and WORDS[cdb:byte(1)]
    word = word and word(cdb, line:match " out=(%x+)")
    if word and word ~= list[#list] then
      table.insert(list, word)
    end
  end
  return list
end

-- ===}

return media
