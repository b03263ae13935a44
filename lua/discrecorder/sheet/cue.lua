--- CUE sheets: reading.
--
-- Each line is a command; a handler for each of them is in one table. What
-- INDEX says is kept as marks, and becomes the tracks' parts at the end, when
-- it is known where the next mark is.
-- @module discrecorder.sheet.cue

local fault = require "discrecorder.sheet.fault"
local files = require "discrecorder.sheet.files"
local model = require "discrecorder.sheet.model"
local packs = require "discrecorder.cdtext.packs"
local units = require "discrecorder.sheet.units"

local cue = {}

local TYPES <const> = {
  WAVE = "wave", AIFF = "aiff", MP3 = "mp3", FLAC = "flac", OGG = "ogg",
  BINARY = "binary", MOTOROLA = "motorola",
}

local FLAGS <const> = {
  DCP = "copy", ["4CH"] = "four_channels", PRE = "pre_emphasis",
  SCMS = "scms",
}

-- Patterns with two ends that give way take their time on long lines.
local LONGEST_LINE <const> = 4096

-- What a command has behind it -----------------------------------------------

-- A text in quotes, which end at the line's last; or what is there without any.
local function unquote(rest, line)
  if rest:sub(1, 1) ~= '"' then
    return rest, ""
  end
  local text, after = rest:match '^"(.*)"%s*(.*)$'
  if not text then
    fault.at(line, "a quote is left open")
  end
  return text, after
end

local function one_text(rest, line)
  local text, after = unquote(rest, line)
  if after ~= "" then
    fault.at(line, "'%s' stands behind the text", after)
  end
  return text
end

-- Without what is blank around it. A pattern whose middle gives way would look
-- at the blanks in it over and over again.
local function trim(line)
  local first = line:find "%S"
  return first and line:match("^.*%S", first) or ""
end

local function word_and_rest(line)
  return trim(line):match "^(%S+)%s*(.*)$"
end

local function msf(text, line)
  local blocks = units.parse_msf(text)
  if not blocks then
    fault.at(line, "'%s' is no time: MM:SS:FF", text)
  end
  return blocks
end

-- The commands ---------------------------------------------------------------

local function needs_track(state, what)
  if not state.track then
    fault.at(state.line, "%s stands before the first TRACK", what)
  end
  return state.track
end

local commands = {}

function commands.FILE(state, rest)
  local name, kind = unquote(rest, state.line)
  if kind == "" then
    name, kind = name:match "^(.*%S)%s+(%S+)$"
  end
  local known = kind and TYPES[kind:upper()]
  if not known then
    fault.at(state.line, "FILE needs a name and a type, as in WAVE or BINARY")
  end
  local file = {name = name, type = known}
  files.resolve(file, state.place, state.line)
  table.insert(state.disc.files, file)
end

function commands.TRACK(state, rest)
  local number, mode = rest:match "^0*(%d%d?%d?)%s+(%S+)%s*$"
  mode = mode and (mode:upper() == "CDG" and "cdg/2448" or mode:lower())
  if not units.modes[mode] then
    fault.at(state.line, "TRACK needs a number and a mode, as in AUDIO")
  elseif #state.disc.files == 0 then
    fault.at(state.line, "TRACK stands before the first FILE")
  end
  local track = model.track(tonumber(number), mode, state.line)
  track.session = state.session
  state.track, state.last_index = track, nil
  table.insert(state.disc.tracks, track)
end

function commands.INDEX(state, rest)
  local track = needs_track(state, "INDEX")
  local number, time = rest:match "^(%d%d?)%s+(%S+)%s*$"
  if not number then
    fault.at(state.line, "INDEX needs a number of 00 to 99 and a time")
  elseif state.postgap == track then
    fault.at(state.line, "INDEX stands behind POSTGAP")
  end
  local index, at = tonumber(number), msf(time, state.line)
  local last = state.last_index
  if not last and index > 1 or last and index ~= last + 1 then
    fault.at(state.line, "index %d is out of order", index)
  end
  local file = #state.disc.files
  local before = state.marks[#state.marks]
  if before and before.file == file and (at < before.at or
      at == before.at and before.track == track and index > 1) then
    fault.at(state.line, "index %d comes before what is above it", index)
  end
  state.last_index = index
  table.insert(state.marks, {
    track = track, file = file, index = index, at = at, line = state.line,
  })
end

function commands.PREGAP(state, rest)
  local track = needs_track(state, "PREGAP")
  if state.last_index or state.pregap[track] then
    fault.at(state.line, "PREGAP stands once, before the track's INDEX")
  end
  state.pregap[track] = msf(rest, state.line)
end

function commands.POSTGAP(state, rest)
  local track = needs_track(state, "POSTGAP")
  if not state.last_index or state.postgap == track then
    fault.at(state.line, "POSTGAP stands once, behind the track's INDEX")
  end
  state.postgap = track
  state.postgaps[track] = msf(rest, state.line)
end

function commands.FLAGS(state, rest)
  local track = needs_track(state, "FLAGS")
  for word in rest:gmatch "%S+" do
    local flag = FLAGS[word:upper()]
    if flag then
      track.flags[flag] = true
    elseif word:upper() ~= "DATA" then
      fault.at(state.line, "'%s' is no flag", word)
    end
  end
end

function commands.CATALOG(state, rest)
  local text = one_text(rest, state.line)
  local mcn, why = units.mcn(text)
  if not mcn then
    fault.at(state.line, "'%s' is no catalogue number: %s", text, why)
  end
  state.disc.mcn = mcn
end

function commands.ISRC(state, rest)
  local track = needs_track(state, "ISRC")
  local text = one_text(rest, state.line)
  track.isrc = units.isrc(text)
  if not track.isrc then
    fault.at(state.line, "'%s' is no ISRC", text)
  end
end

-- A part of the sheet, not of the tracks: it is read in any case.
function commands.CDTEXTFILE(state, rest)
  local file = {name = one_text(rest, state.line), type = "binary"}
  files.resolve(file, {
    folder = state.place.folder, outside = state.place.outside, files = true,
  }, state.line)
  state.disc.cd_text_file = file.name
  state.disc.packs = files.slurp(file, packs.LONGEST, state.line)
end

local function begin_session(state, text)
  local number = tonumber(text)
  if number < 1 then
    fault.at(state.line, "there is no session %s", text)
  elseif number < state.session then
    fault.at(state.line, "session %d follows session %d", number,
      state.session)
  end
  state.session = number
end

-- Some write how long a lead-out is (always these two), others where in the
-- file the session ends, or on the disc.
local LEAD_OUTS <const> = {["01:30:00"] = true, ["00:30:00"] = true}

local function end_session(state, time)
  local last = state.marks[#state.marks]
  if last and not LEAD_OUTS[time] then
    state.stops[last] = units.parse_msf(time)
  end
end

-- Between sessions; what it says is always the same.
local BETWEEN <const> = {["LEAD-IN"] = true, PREGAP = true}

function commands.REM(state, rest)
  local word, text = rest:upper():match "^(%S+)%s+(%d[%d:]*)%s*$"
  if word == "SESSION" and text:find "^%d%d?$" then
    return begin_session(state, text)
  elseif word == "LEAD-OUT" then
    return end_session(state, text)
  elseif not BETWEEN[word] then
    table.insert((state.track or state.disc).remarks, rest)
  end
end

local TEXTS <const> = {
  "TITLE", "PERFORMER", "SONGWRITER", "COMPOSER", "ARRANGER", "MESSAGE",
  "GENRE", "DISC_ID", "UPC_EAN",
}

for _, name in ipairs(TEXTS) do
  commands[name] = function(state, rest)
    local owner = state.track or state.disc
    owner.text[name:lower()] = one_text(rest, state.line)
  end
end

-- Marks to parts -------------------------------------------------------------

-- Where in a raw file each mark is: the blocks before it may be of other sizes.
local function place_marks(marks)
  local before
  for _, mark in ipairs(marks) do
    local same = before and before.file == mark.file and before
    local bytes = units.block((same or mark).track)
    mark.offset = (same and same.offset or 0)
      + (mark.at - (same and same.at or 0)) * bytes
    before = mark
  end
end

-- Where the stretch ends that begins at a mark, if it is not the end of its
-- file: at the next mark, or where the session ends before that.
local function stop_of(state, mark, following)
  if not following or following.file ~= mark.file then
    return nil
  end
  local stop = state.stops[mark]
  return stop and stop > mark.at and stop < following.at and stop
    or following.at
end

local function part_at(state, mark, following)
  local disc = state.disc
  local per_block = units.per_block(mark.track)
  local part = {file = mark.file, line = mark.line}
  if model.is_raw(disc.files[mark.file]) then
    part.offset = mark.offset
  else
    part.from = mark.at * per_block
  end
  local stop = stop_of(state, mark, following)
  part.length = stop and (stop - mark.at) * per_block
  return part
end

local function silence(track, blocks)
  return {silence = true, length = blocks * units.per_block(track)}
end

-- Whether a part goes on where the one before it ends.
local function continues(last, part)
  return last and last.file == part.file and last.length ~= nil
end

local function add_part(track, part)
  local last = track.parts[#track.parts]
  if continues(last, part) then
    last.length = part.length and last.length + part.length
  elseif part.length ~= 0 then
    table.insert(track.parts, part)
  end
end

-- Marks that begin a part behind one of unknown length wait for it: `after` is
-- the number of parts before a mark, `within` how far it is in the last.
local function build(state)
  local disc, marks = state.disc, state.marks
  place_marks(marks)
  for _, track in ipairs(disc.tracks) do
    local gap = state.pregap[track]
    if gap and gap > 0 then
      table.insert(track.parts, silence(track, gap))
    end
    track.marks = {}
  end
  for i, mark in ipairs(marks) do
    local track, parts = mark.track, mark.track.parts
    local part = part_at(state, mark, marks[i + 1])
    local joined = continues(parts[#parts], part)
    mark.after = joined and #parts - 1 or #parts
    mark.within = joined and parts[#parts].length or 0
    track.marks[mark.index] = mark
    add_part(track, part)
  end
  for _, track in ipairs(disc.tracks) do
    if not track.marks[1] then
      fault.at(track.line, "track %d has no INDEX 01", track.number)
    end
    local gap = state.postgaps[track]
    if gap and gap > 0 then
      table.insert(track.parts, silence(track, gap))
    end
  end
end

--- Read a CUE sheet.
-- @tparam string text UTF-8
-- @tparam table place see @{discrecorder.sheet.files}
-- @treturn table disc
function cue.parse(text, place)
  local state = {
    disc = model.disc "cue", place = place, line = 0, session = 1,
    marks = {}, pregap = {}, postgaps = {}, stops = {},
  }
  state.disc.warnings = place.warnings
  text = text:gsub("\r\n?", "\n"):gsub("\x1A%s*$", "")
  for line in text:gmatch "[^\n]*" do
    state.line = state.line + 1
    if #line > LONGEST_LINE then
      fault.at(state.line, "it is too long to be a line of a CUE sheet")
    end
    local word, rest = word_and_rest(line)
    if word then
      local command = commands[word:upper()]
      if not command then
        fault.at(state.line, "'%s' is no command", word:sub(1, 40))
      end
      command(state, rest)
    end
  end
  build(state)
  state.disc.type = model.type(state.disc)
  return model.without_pauses(model.finish(state.disc, place.files))
end

return cue
