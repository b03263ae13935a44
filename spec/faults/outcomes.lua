--- What must come of a fault: the table of docs/faults-outcomes.md, read from
-- there, so that there is one.
--
--     local may = outcomes.of(fault, packet, job)
--     may.good, may.codes[code], may.any
local run = require "spec.support.run"
local senses = require "spec.faults.senses"

local outcomes = {}

local function cells(line)
  local list = {}
  for cell in line:gmatch "|([^|]*)" do
    list[#list + 1] = cell:match "^%s*(.-)%s*$"
  end
  return list
end

-- Row of the table -> column -> word; and column -> codes besides.
local function read_page()
  local rows, codes, columns = {}, {}, nil
  for line in run.slurp(run.root .. "/docs/faults-outcomes.md")
    :gmatch "[^\n]+" do
    local list = cells(line)
    if list[1] == "fault" then
      columns = list
    elseif list[1] == "packets" then
      columns = nil
    elseif columns and #list >= #columns and not list[1]:find "^%-" then
      for i = 2, #columns do
        rows[list[1]] = rows[list[1]] or {}
        rows[list[1]][columns[i]] = list[i]
      end
    elseif not columns and #list >= 3 then
      codes[list[1]] = {}
      for code in list[3]:gmatch "`([%l_]+)`" do
        codes[list[1]][code] = true
      end
    end
  end
  return rows, codes
end

local ROWS <const>, CODES <const> = read_page()

-- The row of each fault, and the code that it stands for.
local SENSE_ROWS <const> = {
  done = "sense *done* (key 0, 1)", wait = "sense *wait*",
  retry = "sense *retry*", changed = "sense *changed* (28h)",
  reset = "sense *reset* (other unit attentions)",
  refused = "sense *refused*", order = "sense *order* (2Ch)",
  absent = "sense *absent* (3Ah)", full = "sense *full* (73h, almost full)",
  fail = "sense *fail*",
}
local OTHER_ROWS <const> = {
  {"^busy:%d%d%d%d", "`busy` for ever", "busy"},
  {"^busy:", "`busy`, then ready", "busy"},
  {"^lost_write", "`lost_write`", "verify_failed"},
  {"^lost", "`lost`", "transport_error"},
  {"^gone", "`gone`", "device_not_present"},
  {"^denied", "`denied`", "device_not_accessible"},
  {"^short", "`short`", "disc_info"},
  {"^long", "`long`", "disc_info"},
  {"^corrupt", "`corrupt`, `garbage`", "verify_failed"},
  {"^garbage", "`corrupt`, `garbage`", "verify_failed"},
  {"defect", "`defect`", "cannot_write_to_media"},
}

local function row_of(fault)
  local sense = fault:match "sense:([^,]+)"
  if sense then
    local row = senses.find(sense)
    return fault:find "^always" and "a sense each time"
      or fault:find "deferred" and "`deferred` sense" or SENSE_ROWS[row.group],
      row.code
  end
  for _, other in ipairs(OTHER_ROWS) do
    if fault:find(other[1]) then
      return other[2], other[3]
    end
  end
  error("a fault that the outcomes do not know: " .. fault)
end

--- The word of the table for a fault at a packet.
function outcomes.word(fault, packet)
  local name = row_of(fault)
  local word = (ROWS[name] or error("no row " .. name))[packet.kind]
  if not word or word == "" then
    error(("no outcome of %s, %s"):format(name, packet.kind))
  end
  return word
end

-- A drive that does not tell that it can do something cannot.
local NOT_TOLD <const> = {
  unsupported = true, medium_invalid_type = true, medium_not_formatted = true,
  device_invalid_type = true, invalid_image = true, disc_full = true,
  medium_not_blank = true,
}

--- What may come of a fault.
-- @string fault its text
-- @tparam table packet of spec.faults.packets
-- @tparam table job of spec.faults.jobs
-- @treturn table `good`, `any`, `blind` (nobody can know what should stand
-- there), `empty` (nor what stood there): booleans;
-- `codes`: a set, and `untouched`:
-- those that come before the disc was touched; `word`
function outcomes.of(fault, packet, job)
  local word = outcomes.word(fault, packet)
  local name, code = row_of(fault)
  local may = {word = word, good = word ~= "fails", any = word == "any",
    codes = {}, untouched = packet.kind == "asking" and NOT_TOLD or {}}
  if word == "fails" or word == "either" then
    for other in pairs(CODES[packet.kind]) do
      may.codes[other] = true
    end
    may.codes[code] = true
  end
  local long = (packet.kind == "reading" or packet.kind == "writing")
    and packet.len > 32768
  if long and (fault == "sense:5/24/00" or fault == "sense:5/1A/00") then
    may.good = true
  end
  if name == SENSE_ROWS.full and packet.code == 0x54 then
    may.good, may.codes = true, {}
  end
  if packet.kind == "reading" and (packet.blocks == 1
      or packet.opcode == "READ CD" and job.looks)
    or job.kind == "rescue" and packet.kind == "reading"
    or job.kind == "finish" and packet.kind == "flushing"
    or job.simulates
      and (fault == "lost_write" or fault:find "defect") then
    may.good = true
  end
  -- What nothing is compared with may come as anything.
  if packet.kind == "reading" and not job.proves
    and (fault:find "^corrupt" or fault:find "^garbage") then
    may.good, may.blind = true, true
  end
  -- What was read ahead is asked for again block by block; a garbled tree is
  -- refused as whatever it looks like.
  if job.imports and packet.kind == "reading" and not packet.wrote then
    local garbled = fault:find "^corrupt" or fault:find "^garbage"
    may.good, may.any, may.blind = true, garbled, garbled
  end
  if job.imports and job.state == "overwritable" and packet.kind == "reading"
    and (fault:find "^always,sense:5/21/00" or fault:find "^always,sense:8/")
  then
    may.empty, may.blind = true, true
  end
  if job.spares and fault:find "defect" then
    may.good = true
  end
  return may
end

return outcomes
