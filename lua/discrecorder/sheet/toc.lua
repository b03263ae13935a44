--- The TOC files of cdrdao: reading.
-- @module discrecorder.sheet.toc

local fault = require "discrecorder.sheet.fault"
local files = require "discrecorder.sheet.files"
local model = require "discrecorder.sheet.model"
local toc_lexer = require "discrecorder.sheet.toc_lexer"
local toc_text = require "discrecorder.sheet.toc_text"
local units = require "discrecorder.sheet.units"

local toc = {}

local TYPES <const> = {
  CD_DA = "cd_da", CD_ROM = "cd_rom", CD_ROM_XA = "cd_rom_xa", CD_I = "cd_i",
}

local MODES <const> = {
  AUDIO = "audio", MODE0 = false, MODE1 = "mode1/2048",
  MODE1_RAW = "mode1/2352", MODE2 = "mode2/2336", MODE2_RAW = "mode2/2352",
  MODE2_FORM1 = "mode2/2048", MODE2_FORM2 = "mode2/2324",
  MODE2_FORM_MIX = "mode2/2336",
}

local SUBCHANNELS <const> = {RW = true, RW_RAW = true}

-- By the ending of a name, as cdrdao judges; all else is raw.
local ENDINGS <const> = {
  wav = "wave", mp3 = "mp3", ogg = "ogg", flac = "flac", aif = "aiff",
  aiff = "aiff",
}

-- Lengths --------------------------------------------------------------------

-- A length in what the track's parts are counted in: a time, or a number of
-- samples or bytes.
local function to_units(track, token)
  if token.kind == "msf" then
    return token.value * units.per_block(track)
  elseif track.kind == "audio" then
    return token.value
  end
  return -(-token.value // units.block(track))
end

local function accept_length(state)
  return state.lexer:accept "msf" or state.lexer:accept "number"
end

local function expect_length(state)
  local token = accept_length(state)
  return to_units(state.track, token or state.lexer:expect "number")
end

local function blocks_so_far(track)
  local sum = 0
  for _, part in ipairs(track.parts) do
    if not part.length then
      return nil
    end
    sum = sum + part.length
  end
  return -(-sum // units.per_block(track))
end

-- Statements within a track --------------------------------------------------

local statements = {}

local function flag(name, value)
  return function(state)
    state.track.flags[name] = value
  end
end

statements.COPY = flag("copy", true)
statements.PRE_EMPHASIS = flag("pre_emphasis", true)
statements.TWO_CHANNEL_AUDIO = flag("four_channels", nil)
statements.FOUR_CHANNEL_AUDIO = flag("four_channels", true)

function statements.NO(state)
  local word = state.lexer:expect "word"
  if word.value == "COPY" then
    state.track.flags.copy = nil
  elseif word.value == "PRE_EMPHASIS" then
    state.track.flags.pre_emphasis = nil
  else
    fault.at(word.line, "NO stands before COPY or PRE_EMPHASIS")
  end
end

function statements.ISRC(state)
  local token = state.lexer:expect "string"
  state.track.isrc = units.isrc(token.value)
  if not state.track.isrc then
    fault.at(token.line, "'%s' is no ISRC", token.value)
  end
end

function statements.CD_TEXT(state)
  toc_text.block(state.lexer, state.languages, #state.disc.tracks)
end

local function add_silence(state, length)
  if length > 0 then
    table.insert(state.track.parts, {silence = true, length = length})
  end
end

local function set_pregap(state, blocks, line)
  if state.start_seen then
    fault.at(line, "the pregap is told twice")
  end
  state.start_seen = true
  state.track.pregap = blocks
end

function statements.PREGAP(state, line)
  local blocks = state.lexer:expect("msf").value
  if #state.track.parts > 0 then
    fault.at(line, "PREGAP stands behind data of the track")
  end
  add_silence(state, blocks * units.per_block(state.track))
  set_pregap(state, blocks, line)
end

-- A raw length behind which START stands is looked up at once: it is needed.
local function measure_last(state)
  local track = state.track
  local part = track.parts[#track.parts]
  if part and not part.length then
    model.measure(state.disc, track, part)
  end
end

function statements.START(state, line)
  local at = state.lexer:accept "msf"
  measure_last(state)
  local blocks = at and at.value or blocks_so_far(state.track)
  if not blocks and state.place.files then
    fault.at(line, "START stands behind a file whose length is not known")
  end
  set_pregap(state, blocks, line)
end

function statements.END(state, line)
  local at = state.lexer:accept "msf"
  measure_last(state)
  local blocks = at and at.value or blocks_so_far(state.track)
  if not blocks then
    fault.at(line, "END stands behind a file whose length is not known")
  end
  state.track.stop = blocks
end

function statements.INDEX(state, line)
  local track = state.track
  table.insert(track.indexes, state.lexer:expect("msf").value)
  track.lines = track.lines or {}
  track.lines[#track.indexes + 1] = line
end

function statements.SILENCE(state, line)
  if state.track.kind ~= "audio" then
    fault.at(line, "SILENCE is for audio; data has ZERO")
  end
  add_silence(state, expect_length(state))
end

function statements.ZERO(state)
  local word = state.lexer:accept "word"
  while word do
    if MODES[word.value] == nil and not SUBCHANNELS[word.value] then
      fault.at(word.line, "'%s' is no mode", word.value)
    end
    word = state.lexer:accept "word"
  end
  add_silence(state, expect_length(state))
end

-- The same name again is the same file.
local function file_index(state, name, kind, line)
  local key = kind .. " " .. name
  if not state.known[key] then
    local file = {name = name, type = kind}
    files.resolve(file, state.place, line)
    table.insert(state.disc.files, file)
    state.known[key] = #state.disc.files
  end
  return state.known[key]
end

local function byte_offset(state)
  if not state.lexer:accept("mark", "#") then
    return 0
  end
  return state.lexer:expect("number").value
end

function statements.FILE(state, line)
  local track, name = state.track, state.lexer:expect("string").value
  local ending = name:match "%.(%w+)$"
  local kind = ending and ENDINGS[ending:lower()] or "motorola"
  if state.lexer:accept("word", "SWAP") and kind == "motorola" then
    kind = "binary"
  end
  if track.kind ~= "audio" then
    fault.at(line, "AUDIOFILE is for audio; data has DATAFILE")
  end
  local offset = byte_offset(state)
  local from = expect_length(state)
  local token = accept_length(state)
  local length = token and to_units(track, token)
  local part = {file = file_index(state, name, kind, line), line = line}
  if kind == "motorola" or kind == "binary" then
    local bytes, per_block = units.block(track)
    part.offset = offset + from * bytes // per_block
    if part.offset > toc_lexer.LARGEST then
      fault.at(line, "no file is as long: %d bytes", part.offset)
    end
  elseif offset > 0 then
    fault.at(line, "an offset in bytes is for raw files")
  else
    part.from = from
  end
  part.length = length and length > 0 and length or nil
  table.insert(track.parts, part)
end

statements.AUDIOFILE = statements.FILE

function statements.DATAFILE(state, line)
  local name = state.lexer:expect("string").value
  local offset = byte_offset(state)
  local token = accept_length(state)
  local length = token and to_units(state.track, token)
  table.insert(state.track.parts, {
    file = file_index(state, name, "binary", line),
    line = line,
    offset = offset,
    length = length and length > 0 and length or nil,
  })
end

function statements.FIFO(_, line)
  fault.with("unsupported", line, "FIFO: a track is read from files here")
end

-- The whole ------------------------------------------------------------------

-- The end of a track that END names early.
local function cut(track)
  local stop = track.stop
  track.stop = nil
  if not stop then
    return
  end
  local rest = stop * units.per_block(track)
  for i, part in ipairs(track.parts) do
    if part.length and part.length <= rest then
      rest = rest - part.length
    else
      part.length = rest
      for k = #track.parts, i + (rest > 0 and 1 or 0), -1 do
        track.parts[k] = nil
      end
      return
    end
  end
end

local function begin_track(state, line)
  local word = state.lexer:expect "word"
  local mode = MODES[word.value]
  if not mode then
    fault.at(word.line, "'%s' is no mode of a track", word.value:sub(1, 40))
  end
  local next_word = state.lexer:peek()
  if next_word.kind == "word" and SUBCHANNELS[next_word.value] then
    state.lexer:next()
    if mode ~= "audio" then
      fault.with("unsupported", line, "sub-channels of data tracks")
    end
    mode = "cdg/2448"
  end
  state.track = model.track(#state.disc.tracks + 1, mode, line)
  state.start_seen = nil
  table.insert(state.disc.tracks, state.track)
end

local function header(state, word)
  local disc = state.disc
  if TYPES[word.value] then
    disc.type = TYPES[word.value]
  elseif word.value == "CATALOG" then
    local token = state.lexer:expect "string"
    local mcn, why = units.mcn(token.value)
    if not mcn then
      fault.at(token.line, "'%s' is no catalogue number: %s", token.value, why)
    end
    disc.mcn = mcn
  elseif word.value == "CD_TEXT" then
    toc_text.block(state.lexer, state.languages)
  else
    fault.at(word.line, "'%s' is no command", word.value:sub(1, 40))
  end
end

--- Read a TOC file.
-- @tparam string text UTF-8
-- @tparam table place see @{discrecorder.sheet.files}
-- @treturn table disc
function toc.parse(text, place)
  local state = {
    disc = model.disc "toc", place = place, languages = {}, known = {},
    lexer = toc_lexer.new((text:gsub("\r\n?", "\n"))),
  }
  state.disc.warnings = place.warnings
  while not state.lexer:accept "end" do
    local word = state.lexer:expect "word"
    if word.value == "TRACK" then
      begin_track(state, word.line)
    elseif not state.track then
      header(state, word)
    elseif statements[word.value] then
      statements[word.value](state, word.line)
    else
      fault.at(word.line, "'%s' is no command", word.value:sub(1, 40))
    end
  end
  for _, track in ipairs(state.disc.tracks) do
    cut(track)
    if #track.parts == 0 then
      fault.at(track.line, "track %d is empty", track.number)
    end
  end
  toc_text.attach(state.disc, state.languages)
  state.disc.type = state.disc.type or model.type(state.disc)
  return model.finish(state.disc, place.files)
end

return toc
