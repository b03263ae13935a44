--- What the answer to a packet is needed for: a row of the table of outcomes
-- (docs/faults-outcomes.md). An operation code alone does not tell: that a
-- drive names its next writable address is needed before a track is written,
-- and a help when the disc is looked at.
--
--     uses.name(list, job, state)   -- each packet of a clean run has its `use`
local uses = {}

local TEST_UNIT_READY <const>, START_STOP <const> = 0x00, 0x1B
local INQUIRY <const> = 0x12
local PREVENT_ALLOW <const>, SYNCHRONIZE <const> = 0x1E, 0x35
local READ_SUB_CHANNEL <const>, READ_TOC <const> = 0x42, 0x43
local GET_CONFIGURATION <const> = 0x46
local DISC_INFORMATION <const>, TRACK_INFORMATION <const> = 0x51, 0x52
local RESERVE_TRACK <const>, MODE_SELECT <const> = 0x53, 0x55
local MODE_SENSE <const>, CLOSE <const> = 0x5A, 0x5B
local CUE_SHEET <const>, GET_PERFORMANCE <const> = 0x5D, 0xAC
local SET_CD_SPEED <const>, SET_STREAMING <const> = 0xBB, 0xB6

local FINALISE <const>, LOAD <const> = 6, 3
local INVISIBLE <const> = 0xFF
local CD_TEXT <const>, PROTECTION <const>, BOUNDARY <const> = 5, 0xC0, 0x20
-- More blocks than those who look for something read at once.
local LOOKED_FOR <const> = 16

-- Whatever they are sent for.
local ALWAYS <const> = {
  [0x03] = "helping", [PREVENT_ALLOW] = "helping", [0x25] = "helping",
  [MODE_SENSE] = "helping", [0x5C] = "helping", [0xA4] = "helping",
  [SET_STREAMING] = "helping", [SET_CD_SPEED] = "helping",
  [0x4A] = "helping",
  [READ_SUB_CHANNEL] = "telling", [0x23] = "offering",
  [0x54] = "calibrating", [0xBF] = "parting",
  [RESERVE_TRACK] = "laying", [CUE_SHEET] = "laying",
  [0x2A] = "writing", [0xAA] = "writing",
  [0x04] = "erasing", [0xA1] = "erasing",
}

local function code_at(list, i)
  return list[i] and list[i].code
end

local by_code = {}

-- The last one of a chore finds out whether the drive is still there; after the
-- flush of a `finish` it is as much in hope as that.
by_code[TEST_UNIT_READY] = function(list, i, at)
  if i == #list and not at.job.burns or at.job.kind == "finish"
    and code_at(list, i - 1) == SYNCHRONIZE then
    return "helping"
  elseif code_at(list, i + 1) == GET_CONFIGURATION then
    return "arriving"
  end
  -- A burn's look at the disc asks again.
  local before = code_at(list, i - 1)
  return before ~= START_STOP and before ~= TEST_UNIT_READY
    and code_at(list, i + 1) == TEST_UNIT_READY
    and code_at(list, i + 2) == GET_CONFIGURATION and "greeting" or "polling"
end

by_code[START_STOP] = function(list, i)
  return list[i].cdb:byte(5) & 3 == LOAD and "loading" or "opening"
end

-- `finish` flushes in hope only.
by_code[SYNCHRONIZE] = function(_, _, at)
  return at.job.kind == "finish" and "helping" or "flushing"
end

-- A DVD+R that cannot be finalised so can be so in another way.
by_code[CLOSE] = function(list, i, at)
  return list[i].cdb:byte(3) & 7 == FINALISE and at.job.disc:find "^dvd%+r"
    and "finalising" or "closing"
end

-- The ATIP: where the lead-in begins, which CD-TEXT needs; how large a disc is
-- that will be blanked; else only what it is called.
by_code[READ_TOC] = function(list, i, at)
  if list[i].cdb:byte(3) & 15 == CD_TEXT then
    return "telling"
  elseif list[i + 1] and list[i + 1].kind == "writing" then
    return "knowing"
  end
  return at.job.burns and at.job.disc == "cd-rw, burned" and "sizing"
    or "naming"
end

-- C0h says whether a disc is protected, 20h where its second layer begins.
local STRUCTURES <const> = {[PROTECTION] = "guarding", [BOUNDARY] = "measuring"}
by_code[0xAD] = function(list, i)
  return STRUCTURES[list[i].cdb:byte(8)] or "naming"
end

-- After a test of disc-at-once there are two pages without the test bit.
by_code[MODE_SELECT] = function(_, _, at)
  return at.job.simulates and at.job.at_once and at.flushed and "restoring"
    or "setting"
end

-- Where it only tells by which command speeds are set it is not needed; nor at
-- the opening, where a drive that knows none is taken for an old one.
by_code[GET_CONFIGURATION] = function(list, i)
  local next_code = code_at(list, i + 1)
  return (code_at(list, i - 1) == INQUIRY or next_code == SET_CD_SPEED
    or next_code == SET_STREAMING or next_code == GET_PERFORMANCE)
    and "helping" or "knowing"
end

-- The method `speeds` asks for nothing else.
by_code[GET_PERFORMANCE] = function(list, i, at)
  return at.job.kind == "look" and code_at(list, i - 1) == MODE_SENSE
    and "telling" or "helping"
end

-- `finish` asks what kind of session it is, of CDs: else it is one of data.
local function asks_kind(list, i, at)
  if at.job.kind ~= "finish" then
    return false
  end
  local one, two = code_at(list, i + 1), code_at(list, i + 2)
  return one == MODE_SELECT
    or one == TRACK_INFORMATION and two == MODE_SELECT
end

by_code[DISC_INFORMATION] = function(list, i, at)
  return asks_kind(list, i, at) and "helping" or "knowing"
end

-- The last question of a look at a disc that has room is for the next writable
-- address; before it a track that is still open may be refused, too.
local function is_for_room(list, i, at)
  local state = at.job.state
  if not at.changed then
    state = at.before
  elseif at.job.kind == "several sessions" and i < at.last_write then
    state = "appendable"
  end
  if code_at(list, i + 1) == TRACK_INFORMATION then
    return not at.changed and at.job.disc:find "broken off"
  end
  return state ~= "complete" and state ~= "overwritable"
    and state ~= "unformatted"
end

by_code[TRACK_INFORMATION] = function(list, i, at)
  local before, after = code_at(list, i - 1), code_at(list, i + 1)
  local on_cd = at.job.disc:find "^cd"
  if asks_kind(list, i, at) or after == CUE_SHEET or after == RESERVE_TRACK
    or after == MODE_SELECT and code_at(list, i + 2) == CUE_SHEET then
    return "helping"
  elseif not on_cd and list[i].cdb:byte(6) == INVISIBLE
    and list[i + 1].kind == "writing" then
    return "seeking"
  elseif before == MODE_SELECT or before == SET_STREAMING then
    return "knowing"
  elseif before == TEST_UNIT_READY then
    return on_cd and list[i].cdb:byte(6) == INVISIBLE and "finding"
      or "knowing"
  elseif at.looking and is_for_room(list, i, at) then
    return after == TRACK_INFORMATION and "excusing" or "finding"
  end
  return "knowing"
end

local function reading(list, i, at)
  local packet, before = list[i], list[i - 1]
  if at.job.kind == "rescue" and packet.blocks > 1 then
    return "rescuing"
  end
  if at.job.imports and not packet.wrote then
    return "importing"
  end
  local goes_on = before and before.use == at.read_as
    and before.lba + before.blocks == packet.lba
  if packet.blocks == 1 and not goes_on
    or at.job.looks and packet.blocks <= LOOKED_FOR and not goes_on then
    return "looking"
  end
  at.read_as = at.job.kind == "verify" and "checking"
    or at.job.proves and "proving" or "reading"
  return at.read_as
end
for _, code in ipairs {0x28, 0xA8, 0xB9, 0xBE, 0x2F} do
  by_code[code] = reading
end

local NEEDED <const> = {helping = false, guarding = false, greeting = false,
  naming = false, opening = false, recovering = false}

-- Is there something behind it that must be answered, and a poll, or the same
-- command, to which a drive is as busy?
local function look_back(list)
  local needed, polled, asked = false, false, {}
  for i = #list, 1, -1 do
    local packet = list[i]
    packet.needs_follow = needed
    packet.polls_follow = polled or asked[packet.cdb] or false
    if NEEDED[packet.use] == nil then
      needed, asked[packet.cdb] = true, true
    end
    polled = polled or packet.code == TEST_UNIT_READY
      and packet.use ~= "helping" and packet.use ~= "recovering"
  end
end

local CHANGES <const> = {
  writing = true, laying = true, erasing = true, parting = true,
}

-- From a look at the disc to what is done to it for good another disc is
-- noticed: to a BLANK or a FORMAT, to the first WRITE of each track, and to the
-- end of what is read into a file or onto another disc.
local function settle(list, job)
  local settled = job.out and job.kind ~= "rescue" or job.other
  for i = #list, 1, -1 do
    local packet = list[i]
    settled = settled or CHANGES[packet.use]
    packet.settled = settled and not CHANGES[packet.use] and i < #list
    if packet.code == GET_CONFIGURATION and packet.use == "knowing" then
      settled = false
    end
  end
end

local function take_stage(at, packet)
  if packet.code == GET_CONFIGURATION then
    at.looking = true
  elseif packet.code ~= DISC_INFORMATION and packet.code ~= TRACK_INFORMATION
  then
    at.looking = false
  end
  at.flushed = at.flushed or packet.kind == "flushing"
  at.changed = at.changed or packet.kind == "writing"
    or packet.kind == "closing" or packet.kind == "erasing"
end

--- Give each packet of a clean run its `use`; `needs_follow`, `polls_follow`;
-- `settled`: the disc that was looked at must stay; `whole`: a drive that does
-- not know the question has all of the disc as one track.
-- @tparam {table,...} list of spec.faults.packets
-- @tparam table job
-- @string before the disc's state before it
function uses.name(list, job, before)
  local at = {job = job, before = before, last_write = 0}
  for i, packet in ipairs(list) do
    at.last_write = packet.kind == "writing" and i or at.last_write
  end
  for i, packet in ipairs(list) do
    take_stage(at, packet)
    packet.whole = at.looking and packet.code == TRACK_INFORMATION
      and (at.changed and job.state or before) == "overwritable"
    packet.use = job.breaks and i > at.last_write and "recovering"
      or ALWAYS[packet.code] or by_code[packet.code]
      and by_code[packet.code](list, i, at) or "knowing"
  end
  look_back(list)
  settle(list, job)
end

return uses
