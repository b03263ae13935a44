--- CUE sheets: writing.
--
-- In a CUE sheet a track is what lies between one INDEX and the next, or the
-- end of the file; a disc that cannot be said so is refused.
-- @module discrecorder.sheet.cue_writer

local fault = require "discrecorder.sheet.fault"
local fields = require "discrecorder.fields"
local model = require "discrecorder.sheet.model"
local units = require "discrecorder.sheet.units"

local cue_writer = {}

local function cannot(pattern, ...)
  fault.with("unsupported", nil,
    "a CUE sheet cannot say that " .. pattern, ...)
end

local function quoted(text)
  if text:find "[\r\n%z]" then
    cannot("a text has several lines")
  end
  return '"' .. text .. '"'
end

-- The order in which texts are written.
local TEXTS <const> = {
  "title", "performer", "songwriter", "composer", "arranger", "message",
  "genre", "disc_id", "upc_ean",
}

local FLAGS <const> = {
  {"copy", "DCP"}, {"four_channels", "4CH"}, {"pre_emphasis", "PRE"},
  {"scms", "SCMS"},
}

local function add_texts(lines, indent, text)
  for _, key in ipairs(TEXTS) do
    if text and text[key] then
      table.insert(lines, ("%s%s %s"):format(indent, key:upper(),
        quoted(text[key])))
    end
  end
end

-- The disc's texts. Not every reader knows UPC_EAN: where it is the catalogue
-- number, and there is another text, CD-TEXT has it by itself (cdtext.of_disc).
local function texts_of(disc)
  local texts = fields.copy(disc.text)
  texts.upc_ean = nil
  return next(texts) and disc.text.upc_ean == disc.mcn and texts or disc.text
end

local function add_remarks(lines, indent, remarks)
  for _, remark in ipairs(remarks or {}) do
    table.insert(lines, indent .. "REM " .. remark)
  end
end

-- Units to whole blocks.
local function blocks_of(track, count)
  local per_block = units.per_block(track)
  if count % per_block ~= 0 then
    cannot("track %d is cut within a block", track.number)
  end
  return count // per_block
end

-- Where the indexes are, from the beginning of the track's parts on.
local function marks_of(track, gap)
  local marks = {}
  if track.pregap > gap then
    table.insert(marks, {index = 0, at = gap})
  end
  table.insert(marks, {index = 1, at = track.pregap})
  for i, at in ipairs(track.indexes or {}) do
    table.insert(marks, {index = i + 1, at = track.pregap + at})
  end
  return marks
end

-- Silence at both ends is PREGAP and POSTGAP, the rest has to be of files.
local function split(track)
  local first, last = 1, #track.parts
  for i, part in ipairs(track.parts) do
    if not part.length and i < last or not track.pregap then
      cannot("a length in the midst of track %d is not known", track.number)
    end
  end
  local pregap, postgap = 0, 0
  if track.parts[1].silence then
    pregap, first = blocks_of(track, track.parts[1].length), 2
  end
  if last >= first and track.parts[last].silence then
    postgap, last = blocks_of(track, track.parts[last].length), last - 1
  end
  if pregap > track.pregap or last < first then
    cannot("track %d begins with silence after its index 1", track.number)
  end
  return pregap, postgap, first, last
end

local function ends_with_its_file(disc, track, part)
  if not part.length then
    return true
  end
  local file = disc.files[part.file]
  local bytes, per_block = units.block(track)
  if model.is_raw(file) then
    local most = part.length * bytes // per_block
    return file.bytes ~= nil and part.offset + most >= file.bytes
  end
  return file.samples ~= nil and part.from + part.length >= file.samples
end

-- Begin a stretch: on in the same file, or another FILE line.
local function enter(state, track, part)
  local last, file = state.last, state.disc.files[part.file]
  local raw = model.is_raw(file)
  local start = raw and part.offset or part.from
  if last and last.part.file == part.file and last.stop == start then
    state.at = state.at + blocks_of(last.track, last.part.length)
    return
  end
  if last and not ends_with_its_file(state.disc, last.track, last.part) then
    cannot("track %d ends before its file does", last.track.number)
  end
  local block = raw and units.block(track) or units.SAMPLES
  if start % block ~= 0 then
    cannot("track %d begins within a block", track.number)
  end
  state.at = start // block
  if file.name:find '"' then
    cannot("the name of a file has a quote in it")
  end
  table.insert(state.lines, ("FILE %s %s"):format(quoted(file.name),
    file.type:upper()))
end

local function leave(state, track, part)
  local bytes, per_block = units.block(track)
  local raw = model.is_raw(state.disc.files[part.file])
  local blocks = part.length and -(-part.length // per_block)
  state.last = {
    track = track,
    part = part,
    blocks = blocks,
    stop = blocks and (raw and part.offset + blocks * bytes
      or part.from + part.length),
  }
end

local function add_head(lines, track, pregap)
  local mode = track.mode == "cdg/2448" and "cdg" or track.mode
  table.insert(lines, ("  TRACK %02d %s"):format(track.number, mode:upper()))
  add_remarks(lines, "    ", track.remarks)
  add_texts(lines, "    ", track.text)
  local flags = {}
  for _, row in ipairs(FLAGS) do
    if track.flags and track.flags[row[1]] then
      table.insert(flags, row[2])
    end
  end
  if #flags > 0 then
    table.insert(lines, "    FLAGS " .. table.concat(flags, " "))
  end
  if track.isrc then
    table.insert(lines, "    ISRC " .. track.isrc)
  end
  if pregap > 0 then
    table.insert(lines, "    PREGAP " .. units.msf(pregap))
  end
end

-- The INDEX lines that fall into one part, which begins at `from`.
local function add_indexes(state, marks, from, blocks)
  local found = marks[marks.next]
  if not found or found.at ~= from then
    cannot("a track goes on in another file without an index there")
  end
  while found and (not blocks or found.at < from + blocks) do
    table.insert(state.lines, ("    INDEX %02d %s"):format(found.index,
      units.msf(state.at + found.at - from)))
    marks.next = marks.next + 1
    found = marks[marks.next]
  end
end

local function add_track(state, track)
  local pregap, postgap, first, last = split(track)
  local marks, from = marks_of(track, pregap), pregap
  marks.next = 1
  for i = first, last do
    local part = track.parts[i]
    if part.silence then
      cannot("there is silence in the midst of track %d", track.number)
    end
    if i == first then
      enter(state, track, part)
      if track.session and track.session ~= state.session then
        state.session = track.session
        table.insert(state.lines, ("REM SESSION %02d"):format(state.session))
      end
      add_head(state.lines, track, pregap)
    else
      enter(state, track, part)
    end
    leave(state, track, part)
    add_indexes(state, marks, from, state.last.blocks)
    from = from + (state.last.blocks or 0)
  end
  if marks[marks.next] then
    cannot("index %d of track %d is in silence", marks[marks.next].index,
      track.number)
  elseif postgap > 0 then
    table.insert(state.lines, "    POSTGAP " .. units.msf(postgap))
  end
end

--- The text of a CUE sheet.
-- @tparam table disc
-- @treturn string UTF-8, lines ending in LF
function cue_writer.format(disc)
  local state = {disc = disc, lines = {}, session = 1, at = 0}
  local lines = state.lines
  add_remarks(lines, "", disc.remarks)
  if disc.mcn then
    table.insert(lines, "CATALOG " .. disc.mcn)
  end
  if disc.cd_text_file then
    table.insert(lines, "CDTEXTFILE " .. quoted(disc.cd_text_file))
  elseif #(disc.translations or {}) > 0 then
    cannot("there is CD-TEXT in several languages")
  end
  add_texts(lines, "", texts_of(disc))
  for _, track in ipairs(disc.tracks) do
    add_track(state, track)
  end
  if not ends_with_its_file(disc, state.last.track, state.last.part) then
    cannot("track %d ends before its file does", state.last.track.number)
  end
  return table.concat(lines, "\n") .. "\n"
end

return cue_writer
