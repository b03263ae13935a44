--- Virtual recorders and packets of one's own, for the specs of recorder, drive
-- and disc file.
--
--     local disc = require "spec.support.disc"
--     local d = disc.new()                -- in before_each: a scratch folder
--     local rec = d:recorder "medium=cd-r"
--     disc.sense(rec, "2B 00 00000000 00 0000 00")  -- "5/24/00", "good"
--     disc.tao(rec, {400, 500}, {multi = true})     -- two tracks, closed
--     d:remove()                          -- in after_each
local assert = require "luassert"
local discrecorder = require "discrecorder"
local run = require "spec.support.run"
local scratch = require "spec.support.scratch"

local disc = setmetatable({}, {__index = scratch})
disc.__index = disc

disc.BLOCK = 2048

--- A scratch folder (spec.support.scratch) that can also make recorders.
function disc.new()
  return setmetatable(scratch.new(), disc)
end

--- A recorder with a new disc; the address's path is in `d.last`.
-- @string[opt="medium=cd-rw"] query what stands after the "?"
-- @tparam[opt] table options of discrecorder.recorder
function disc:recorder(query, options)
  local address = self:address(query)
  self.last = address:match "^virtual:(.-)%?"
  return assert(discrecorder.recorder(address, options))
end

--- The same, open exclusively.
function disc:opened(query, options)
  local rec = self:recorder(query, options)
  assert(rec:open_exclusive())
  return rec
end

--- The last disc in a drive made anew, open exclusively. Let go of the recorder
-- before.
function disc:again(query, options)
  collectgarbage()
  collectgarbage()
  local rec = assert(discrecorder.recorder("virtual:" .. self.last ..
    (query and "?" .. query or ""), options))
  assert(rec:open_exclusive())
  return rec
end

--- Bytes from pairs of hexadecimal digits.
function disc.hex(text)
  return (text:gsub("%s", ""):gsub("%x%x", function(pair)
    return string.char(tonumber(pair, 16))
  end))
end

--- One packet: what the drive sent, or nil, failure, code.
-- @string cdb hexadecimal
-- @param[opt] data a string to send, or the number of bytes to receive
function disc.send(rec, cdb, data)
  local direction = type(data) == "string" and "out" or data and "in" or "none"
  return rec:command(disc.hex(cdb), direction, data)
end

--- One packet that must go well.
function disc.ask(rec, cdb, data)
  local reply, failure = disc.send(rec, cdb, data)
  if not reply then
    error(("%s: %s"):format(cdb, failure.message), 2)
  end
  return reply
end

--- How a failure's sense reads: "5/24/00".
function disc.sense_of(failure)
  local s = failure.sense
  return s and ("%X/%02X/%02X"):format(s.key, s.asc, s.ascq) or failure.code
end

--- What the drive says to one packet: "good", a sense, or a failure's code.
function disc.sense(rec, cdb, data)
  local reply, failure = disc.send(rec, cdb, data)
  return reply and "good" or disc.sense_of(failure)
end

--- Until the drive is ready; the attentions on the way are returned.
function disc.ready(rec)
  local seen = {}
  for _ = 1, 100000 do
    local said = disc.sense(rec, "00 00 00 00 00 00")
    if said == "good" then
      return seen
    elseif said:match "^6/" then
      table.insert(seen, said)
    elseif not said:match "^2/04/" then
      error("never ready: " .. said, 2)
    end
  end
  error("not ready for ever", 2)
end

--- Mode page 05h for track-at-once, with changes.
-- @tparam[opt] table change `multi`, `test` booleans, or `[byte] = value`
function disc.write_page(change)
  local page = {}
  for i = 0, 51 do
    page[i] = 0
  end
  page[0], page[1], page[2], page[3], page[4], page[15] =
    0x05, 0x32, 0x41, 0x04, 0x08, 150
  change = change or {}
  if change.multi then
    page[3] = page[3] | 0xC0
  end
  if change.test then
    page[2] = page[2] | 0x10
  end
  for byte, value in pairs(change) do
    if type(byte) == "number" then
      page[byte] = value
    end
  end
  return string.char(table.unpack(page, 0, 51))
end

--- MODE SELECT(10) of a page: "good" or the sense.
function disc.select(rec, page)
  local list = ("\0"):rep(8) .. page
  return disc.sense(rec, ("55 10 00 00 00 00 00 %04X 00"):format(#list), list)
end

--- MODE SENSE(10): the page alone.
function disc.page(rec, code)
  local reply = disc.ask(rec, ("5A 08 %02X 00 00 00 00 0100 00"):format(code),
    256)
  return reply:sub(9)
end

--- The block that `disc.tao` writes at an address.
function disc.block(lba)
  return string.pack("<I4", lba):rep(disc.BLOCK // 4)
end

--- So many of them, from an address on.
function disc.blocks(lba, count)
  local list = {}
  for i = 1, count do
    list[i] = disc.block(lba + i - 1)
  end
  return table.concat(list)
end

--- READ(10), which must go well.
function disc.read(rec, lba, count)
  return disc.ask(rec, ("28 00 %08X 00 %04X 00"):format(lba, count),
    count * disc.BLOCK)
end

--- READ CAPACITY: the last block.
function disc.capacity(rec)
  return (">I4"):unpack(disc.ask(rec, "25 00 00000000 0000 00 00", 8))
end

--- CLOSE TRACK/SESSION, which waits for its end: "good" or the sense.
function disc.close(rec, func, track)
  return disc.sense(rec,
    ("5B 00 %02X 00 %04X 00 00 00 00"):format(func, track or 0))
end

--- RESERVE TRACK: "good" or the sense.
function disc.reserve(rec, blocks)
  return disc.sense(rec, ("53 00 00 00 00 %08X 00"):format(blocks))
end

--- Open the tray, close it, and wait for the disc.
function disc.reload(rec)
  assert.equal("good", disc.sense(rec, "1B 00 00 00 02 00"))
  assert.equal("good", disc.sense(rec, "1B 00 00 00 03 00"))
  disc.ready(rec)
end

--- All features, code -> {current =, data =}; and the profile.
function disc.configuration(rec)
  local r = disc.ask(rec, "46 00 0000 000000 0800 00", 2048)
  local features, at = {}, 9
  while at < #r do
    local code, flags, len = (">I2BB"):unpack(r, at)
    features[code] = {current = flags & 1 == 1,
      data = r:sub(at + 4, at + 3 + len)}
    at = at + 4 + len
  end
  return features, (">I2"):unpack(r, 7)
end

--- WRITE(10) of whole blocks: "good" or the sense.
function disc.write(rec, lba, data)
  return disc.sense(rec, ("2A 00 %08X 00 %04X 00"):format(
    lba & 0xFFFFFFFF, #data // disc.BLOCK), data)
end

--- Read a track's numbers; 0xFF is the invisible one.
function disc.track(rec, number)
  local r = disc.ask(rec, ("52 01 %08X 00 0024 00"):format(number), 36)
  local t = {
    number = r:byte(3), session = r:byte(4), control = r:byte(6) & 15,
    copied = r:byte(6) & 0x10 ~= 0, -- SCMS
    damaged = r:byte(6) & 0x20 ~= 0, reserved = r:byte(7) & 0x80 ~= 0,
    blank = r:byte(7) & 0x40 ~= 0, mode = r:byte(7) & 15,
    has_next = r:byte(8) & 1 ~= 0,
  }
  t.start, t.next, t.free = string.unpack(">i4i4I4", r, 9)
  t.size = string.unpack(">I4", r, 25)
  return t
end

--- READ DISC INFORMATION's numbers.
function disc.information(rec)
  local r = disc.ask(rec, "51 00 00 00 00 00 00 0022 00", 34)
  return {
    status = r:byte(3) & 3, last_session = r:byte(3) >> 2 & 3,
    erasable = r:byte(3) & 0x10 ~= 0, first = r:byte(4), sessions = r:byte(5),
    first_of_last = r:byte(6), last_of_last = r:byte(7), type = r:byte(9),
    last_lead_out = r:sub(22, 24),
  }
end

--- Write one track and flush it; returns where it began.
function disc.one_track(rec, blocks, change)
  assert(disc.select(rec, disc.write_page(change)) == "good")
  local start = disc.track(rec, 0xFF).next
  for lba = start, start + blocks - 1, 16 do
    local list = {}
    for i = lba, math.min(lba + 15, start + blocks - 1) do
      table.insert(list, disc.block(i))
    end
    local said = disc.write(rec, lba, table.concat(list))
    if said ~= "good" then
      error(("WRITE(10) at %d: %s"):format(lba, said), 2)
    end
  end
  disc.ask(rec, "35 00 00 00 00 00 00 00 00 00")
  return start
end

--- Close the session as page 05h says.
function disc.close_session(rec)
  return disc.sense(rec, "5B 00 02 00 00 00 00 00 00 00")
end

--- Tracks of so many blocks in one session, closed. The recorder is open.
-- @tparam[opt] table change as `write_page`; `open` leaves the session open
-- @treturn {integer,...} where they begin
function disc.tao(rec, lengths, change)
  local starts = {}
  for i, blocks in ipairs(lengths) do
    starts[i] = disc.one_track(rec, blocks, change)
  end
  if not (change and change.open) then
    assert(disc.close_session(rec) == "good")
  end
  return starts
end

--- A program of this library in a process of its own, until it says "ready()".
-- It finds what follows in `args`; `forever()` waits for its end. The caller
-- ends it: `child.kill()`.
function disc.child(program, ...)
  local folder = run.folder()
  local words = {}
  for i, argument in ipairs {...} do
    words[i] = ("%q"):format(argument)
  end
  run.output("mkfifo", folder .. "/never")
  local child = run.start{"lua5.4", "-e", ([[
    local discrecorder = require "discrecorder"
    local args = {%s}
    local function ready() io.stderr:write("ready\n") end
    local function forever() assert(io.open(%q)) end
    %s]]):format(table.concat(words, ", "), folder .. "/never", program),
    env = run.lua_env}

  --- kill -9, and wait until it is gone.
  function child.kill()
    child.signal "KILL"
    run.remove(folder)
    return child.wait()
  end

  child.pid() -- runs, so its files are there
  for _ = 1, 3000 do
    if child.stderr():find("ready", 1, true) then
      return child
    end
    os.execute("sleep 0.01")
  end
  error("the child was never ready: " .. child.kill().stderr)
end

--- Fails unless it is nil, failure, code with this code; gives the failure.
function disc.fails(code, result, failure, given)
  assert.is_nil(result)
  assert.equal(code, given)
  assert.equal(code, failure.code)
  assert.is_true(#tostring(failure) > 0)
  return failure
end

return disc
