--- What must come of a fault: the table of docs/faults-outcomes.md, read from
-- there, so that there is one.
--
--     local may = outcomes.of(fault, packet, job, clean)
--     may.good, may.codes[code], may.any
local run = require "spec.support.run"
local senses = require "spec.faults.senses"

local outcomes = {}

-- {=== the page

local function cells(line)
  local list = {}
  for cell in line:gmatch "|([^|]*)" do
    list[#list + 1] = cell:match "^%s*(.-)%s*$"
  end
  return list
end

-- Use of a packet -> fault -> word; and use -> codes besides.
local function read_page()
  local rows, codes, columns = {}, {}, nil
  for line in run.slurp(run.root .. "/docs/faults-outcomes.md")
    :gmatch "[^\n]+" do
    local list = cells(line)
    if list[1] == "packets" then
      columns = #list > 6 and list
    elseif columns and #list >= #columns and not list[1]:find "^%-" then
      rows[list[1]] = {}
      for i = 2, #columns do
        rows[list[1]][columns[i]] = list[i] ~= "" and list[i] or nil
      end
    elseif not columns and rows[list[1]] then
      codes[list[1]] = {}
      for code in list[3]:gmatch "`([%l_]+)`" do
        codes[list[1]][code] = true
      end
    end
  end
  return rows, codes
end

local ROWS <const>, CODES <const> = read_page()

-- ===}

-- {=== a fault

-- Of each group of senses: the column, and that of one that comes each time.
local GROUPS <const> = {
  done = {"done", "done"}, wait = {"done", "busy"}, retry = {"retry", "fail"},
  changed = {"changed", "fail"}, reset = {"reset", "fail"},
  refused = {"refused", "refused"}, order = {"order", "refused"},
  absent = {"absent", "absent"}, full = {"full", "full"},
  fail = {"fail", "fail"},
}
local OTHERS <const> = {
  {"^busy:%d%d%d%d", "busy", "busy"}, {"^busy:", "done", "busy"},
  {"^lost_write", "lost_write", "cannot_write_to_media"},
  {"^lost", "lost", "transport_error"}, {"^gone", "gone", "device_not_present"},
  {"^denied", "denied", "device_not_accessible"},
  {"^short", "short"}, {"^long", "done", "disc_info"},
  {"^corrupt", "garbled", "verify_failed"},
  {"^garbage", "garbled", "verify_failed"},
  {"defect", "defect", "cannot_write_to_media"},
}

-- Its column, its code, the sense's row, and is it one that comes each time?
local function parse(fault)
  local sense = fault:match "sense:([^,]+)"
  if sense then
    local row, always = senses.find(sense), fault:find "^always" ~= nil
    local group = GROUPS[row.group]
    return fault:find "deferred" and "deferred" or always and group[2]
      or group[1], row.code, row, always
  end
  for _, other in ipairs(OTHERS) do
    if fault:find(other[1]) then
      return other[2], other[3]
    end
  end
  error("a fault that the outcomes do not know: " .. fault)
end

-- ===}

-- {=== its code

-- What is about writing tells nothing of a question.
local UNASKED <const> = {
  cannot_write_to_media = true, disc_full = true, medium_not_blank = true,
}
-- Seeking, finding, reading: of a WRITE the medium is at fault.
local MEDIUM <const> = {
  [0x02] = true, [0x06] = true, [0x10] = true, [0x11] = true, [0x15] = true,
}
local NOT_READY <const>, ATTENTION <const> = 2, 6

-- The code that a failure has; of a short reply it has none.
local function code_of(packet, code, sense, deferred)
  if not sense then
    return code or packet.kind == "reading" and "transport_error"
      or "disc_info"
  elseif packet.use == "proving" and sense.key ~= NOT_READY
    and sense.key ~= ATTENTION then
    return "verify_failed"
  elseif not deferred and packet.opcode:find "^READ" and UNASKED[code] then
    return "generic"
  elseif not deferred and packet.kind == "writing" and code == "generic"
    and (MEDIUM[sense.asc] or sense.text == "5/64/00") then
    return "cannot_write_to_media"
  end
  return code
end

-- ===}

-- {=== its word

local LONG <const> = 32768
local IN_A_ROW <const> = {
  writing = true, proving = true, checking = true, reading = true,
}

-- A READ or WRITE that is refused for its length is sent again in shorter ones.
local function is_shortened(fault, packet)
  return (fault == "sense:5/24/00" or fault == "sense:5/1A/00"
      or fault == "denied") and packet.len > LONG and IN_A_ROW[packet.use]
end

local function is_forgiven(column, job)
  return column == "defect" and job.spares
    or (column == "defect" or column == "lost_write") and job.simulates
    or column == "lost_write" and job.breaks
end

-- Words that say what it depends on.
local DEPENDS <const> = {
  changed = function(packet)
    return packet.settled and "fails" or "good"
  end,
  polled = function(packet)
    return packet.polls_follow and "fails" or "good"
  end,
  needed = function(packet)
    return packet.needs_follow and "fails" or "good"
  end,
}

-- Of one packet: good, fails, either or any.
local function word_at(column, packet, fault, job)
  if column == "done" then
    return "good"
  end
  local row = ROWS[packet.use] or error("no row " .. packet.use)
  local word = row[column]
    or error(("no outcome of %s, %s"):format(packet.use, column))
  if is_shortened(fault, packet) or is_forgiven(column, job)
    or packet.whole and fault:find "sense:5/20/00$" then
    return "good"
  end
  return DEPENDS[word] and DEPENDS[word](packet) or word
end

-- A drive that does not know GET CONFIGURATION is taken for an old one. One
-- that is at work whenever a CLOSE comes may have closed; one that opens no
-- tray closes none; "not ready, no reason" counts as ready after a while; and
-- one that tells of no track names nowhere to write.
local function word_each_time(column, packet, sense, word, job)
  if packet.code == 0x46 and column == "refused" then
    return "any"
  elseif packet.use == "finding" and column == "refused" and job.burns then
    return "fails"
  elseif packet.use == "closing" and sense.group == "wait" then
    return "either"
  elseif packet.code == 0x1B or packet.code == 0x00
    and sense.text == "2/04/00" or packet.use == "calibrating"
    and sense.key == ATTENTION then
    return "good"
  elseif sense.group == "changed" and word == "good" then
    return packet.settled and "fails" or "good"
  end
  return word
end

-- Of one that comes each time, over all packets that it comes to.
local function word_of_all(column, packet, fault, sense, job, clean)
  local found = {}
  for _, other in ipairs(clean.packets) do
    if other.code == packet.code then
      local row = column == "done" or ROWS[other.use][column]
      local word = row == "polled" and "good"
        or word_at(column, other, fault, job)
      word = word_each_time(column, other, sense, word, job)
      found[word] = true
    end
  end
  return found.any and "any" or found.either and "either"
    or found.fails and "fails" or "good"
end

--- The word of the table for a fault at a packet.
-- @treturn string good, fails, either or any
function outcomes.word(fault, packet, job, clean)
  local column, _, sense, always = parse(fault)
  if always then
    return word_of_all(column, packet, fault, sense, job, clean)
  end
  return word_at(column, packet, fault, job)
end

-- ===}

-- A drive that does not tell that it can do something cannot.
local NOT_TOLD <const> = {
  unsupported = true, medium_invalid_type = true, medium_not_formatted = true,
  device_invalid_type = true, invalid_image = true, disc_full = true,
  medium_not_blank = true,
}
local LOOSE <const> = {either = true, any = true}

--- What may come of a fault.
-- @string fault its text
-- @tparam table packet of spec.faults.packets
-- @tparam table job of spec.faults.jobs
-- @tparam table clean its clean run
-- @treturn table `good`, `any`, `blind` (nobody can know what should stand
-- there), `empty` (nor what stood there): booleans; `codes`: a set, and
-- `untouched`: those that come before the disc was touched; `word`
function outcomes.of(fault, packet, job, clean)
  local word = outcomes.word(fault, packet, job, clean)
  local column, code, sense, always = parse(fault)
  local may = {word = word, good = word ~= "fails", any = word == "any",
    codes = {}, untouched = {}}
  may.blind = column == "garbled" and packet.kind == "reading"
    and (packet.use == "importing" or not job.proves)
  -- A drive that says of all blocks that they were never written has none.
  if job.imports and packet.kind == "reading" and job.state == "overwritable"
    and always and (fault:find "5/21/00" or fault:find "8/") then
    may.empty, may.blind = true, true
  end
  if word == "good" then
    return may
  end
  for _, other in ipairs(always and clean.packets or {packet}) do
    if other.code == packet.code then
      for extra in pairs(CODES[other.use] or {}) do
        may.codes[extra] = true
      end
      may.codes[code_of(other, code, sense, column == "deferred")] = true
    end
  end
  if always and packet.code == 0x00 then
    may.codes.busy = true
  elseif always and packet.kind == "asking" then
    may.codes.disc_info, may.codes.initialize_endwrite = true, true
  end
  if LOOSE[word] and packet.kind == "asking" then
    may.untouched = NOT_TOLD
  end
  return may
end

--- Does a word state one outcome only?
function outcomes.is_fixed(word)
  return not LOOSE[word]
end

return outcomes
