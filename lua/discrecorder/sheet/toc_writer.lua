--- The TOC files of cdrdao: writing.
-- @module discrecorder.sheet.toc_writer

local charset = require "discrecorder.charset"
local fault = require "discrecorder.sheet.fault"
local model = require "discrecorder.sheet.model"
local units = require "discrecorder.sheet.units"

local toc_writer = {}

local function cannot(pattern, ...)
  fault.with("unsupported", nil, "a TOC file cannot say that " .. pattern, ...)
end

local TYPES <const> = {
  cd_da = "CD_DA", cd_rom = "CD_ROM", cd_rom_xa = "CD_ROM_XA", cd_i = "CD_I",
}

local MODES <const> = {
  ["audio"] = "AUDIO", ["cdg/2448"] = "AUDIO RW",
  ["mode1/2048"] = "MODE1", ["mode1/2352"] = "MODE1_RAW",
  ["mode2/2048"] = "MODE2_FORM1", ["mode2/2324"] = "MODE2_FORM2",
  ["mode2/2336"] = "MODE2_FORM_MIX", ["mode2/2352"] = "MODE2_RAW",
}

-- Strings --------------------------------------------------------------------

-- Names of files as they are.
local function name(text)
  if text:find "[\r\n%z]" then
    cannot("the name of a file has several lines")
  end
  return '"' .. text:gsub('["\\]', "\\%0") .. '"'
end

-- Texts as cdrdao stores them: Latin-1, what is not ASCII in octal.
local function quoted(text)
  local bytes, wrong = charset.encode(text, "iso-8859-1")
  if not bytes then
    cannot("a text has '%s' in it, which Latin-1 has not", wrong)
  end
  return '"' .. bytes:gsub('[%c"\\\x80-\xFF]', function(c)
    return (c == '"' or c == "\\") and "\\" .. c or ("\\%03o"):format(c:byte())
  end) .. '"'
end

-- CD-TEXT --------------------------------------------------------------------

local ITEMS <const> = {
  "title", "performer", "songwriter", "composer", "arranger", "message",
  "disc_id", "upc_ean", "isrc",
}

local function genre(text)
  local bytes = string.pack(">I2", text.genre_code or 0)
    .. charset.encode(text.genre or "", "iso-8859-1") .. "\0"
  local list = {}
  for i = 1, #bytes do
    list[i] = tostring(bytes:byte(i))
  end
  return "{ " .. table.concat(list, ", ") .. " }"
end

-- `used`: what any of the disc's texts has; cdrdao wants it in all of them.
local function add_items(lines, text, used, keys)
  for _, key in ipairs(keys) do
    if used[key] or text[key] then
      table.insert(lines, ("    %s %s"):format(key:upper(),
        quoted(text[key] or "")))
    end
  end
  if text.genre or text.genre_code then
    if not charset.encode(text.genre or "", "iso-8859-1") then
      quoted(text.genre) -- tells which character
    end
    table.insert(lines, "    GENRE " .. genre(text))
  end
end

local EVERYWHERE <const> = {
  "title", "performer", "songwriter", "composer", "arranger", "message",
}

local function used_in(language)
  local used = {}
  local texts = {language.disc, table.unpack(language.tracks)}
  for _, text in ipairs(texts) do
    for _, key in ipairs(EVERYWHERE) do
      used[key] = used[key] or text[key] ~= nil
    end
  end
  return used
end

-- The languages of a disc, the first among them.
local function languages_of(disc)
  local tracks, any = {}, next(disc.text or {}) ~= nil
  for i, track in ipairs(disc.tracks) do
    tracks[i] = track.text or {}
    any = any or next(tracks[i]) ~= nil
  end
  local list = {}
  if any or #(disc.translations or {}) > 0 then
    list[1] = {
      language = disc.language, encoding = disc.encoding,
      disc = disc.text or {}, tracks = tracks,
    }
  end
  for _, translation in ipairs(disc.translations or {}) do
    table.insert(list, translation)
  end
  for _, language in ipairs(list) do
    if language.encoding and language.encoding ~= "iso-8859-1"
        and language.encoding ~= "ascii" then
      cannot("a language is in %s", language.encoding)
    end
  end
  return list
end

local function add_disc_text(lines, languages)
  if #languages == 0 then
    return
  end
  table.insert(lines, "CD_TEXT {\n  LANGUAGE_MAP {")
  for i, language in ipairs(languages) do
    table.insert(lines, ("    %d : %d"):format(i - 1, language.language or 9))
  end
  table.insert(lines, "  }")
  for i, language in ipairs(languages) do
    table.insert(lines, ("  LANGUAGE %d {"):format(i - 1))
    add_items(lines, language.disc, used_in(language), ITEMS)
    table.insert(lines, "  }")
  end
  table.insert(lines, "}")
end

local function add_track_text(lines, languages, i)
  if #languages == 0 then
    return
  end
  table.insert(lines, "CD_TEXT {")
  for slot, language in ipairs(languages) do
    table.insert(lines, ("  LANGUAGE %d {"):format(slot - 1))
    add_items(lines, language.tracks[i] or {}, used_in(language), ITEMS)
    table.insert(lines, "  }")
  end
  table.insert(lines, "}")
end

-- Tracks ---------------------------------------------------------------------

-- A time where it is whole blocks, else samples.
local function length(track, count)
  local per_block = units.per_block(track)
  if count % per_block == 0 then
    return units.msf(count // per_block)
  end
  return tostring(count)
end

local function audio_part(disc, track, part)
  local file = disc.files[part.file]
  local words = {"FILE", name(file.name)}
  if model.is_raw(file) then
    if (file.contents or file.type) == "binary" then
      table.insert(words, "SWAP")
    end
    if part.offset > 0 then
      table.insert(words, "#" .. part.offset)
    end
    table.insert(words, "0")
  else
    table.insert(words, length(track, part.from))
  end
  if part.length then
    table.insert(words, length(track, part.length))
  end
  return table.concat(words, " ")
end

local function data_part(disc, track, part)
  local file = disc.files[part.file]
  local words = {"DATAFILE", name(file.name)}
  if not model.is_raw(file) then
    cannot("track %d is data in a sound file", track.number)
  elseif part.offset > 0 then
    table.insert(words, "#" .. part.offset)
  end
  if part.length then
    table.insert(words, length(track, part.length))
  end
  return table.concat(words, " ")
end

local function statement(disc, track, part)
  if part.silence then
    local word = track.kind == "audio" and "SILENCE" or "ZERO"
    return word .. " " .. length(track, part.length)
  elseif track.kind == "audio" then
    return audio_part(disc, track, part)
  end
  return data_part(disc, track, part)
end

local function add_flags(lines, track)
  local flags = track.flags or {}
  table.insert(lines, flags.copy and "COPY" or "NO COPY")
  if track.kind == "audio" then
    table.insert(lines,
      flags.pre_emphasis and "PRE_EMPHASIS" or "NO PRE_EMPHASIS")
    table.insert(lines, flags.four_channels and "FOUR_CHANNEL_AUDIO"
      or "TWO_CHANNEL_AUDIO")
  end
  if flags.scms then
    cannot("track %d has the SCMS flag", track.number)
  elseif track.isrc then
    table.insert(lines, ('ISRC "%s"'):format(track.isrc))
  end
end

local function add_track(lines, disc, languages, i)
  local track = disc.tracks[i]
  local mode = MODES[track.mode]
  if not mode then
    cannot("track %d is %s", track.number, track.mode)
  elseif (track.session or 1) ~= 1 then
    cannot("there are several sessions")
  elseif track.mode == "mode2/2336" and disc.type ~= "cd_rom_xa" then
    mode = "MODE2"
  end
  table.insert(lines, "")
  table.insert(lines, "// Track " .. track.number)
  table.insert(lines, "TRACK " .. mode)
  add_flags(lines, track)
  add_track_text(lines, languages, i)
  for _, part in ipairs(track.parts) do
    table.insert(lines, statement(disc, track, part))
  end
  if track.pregap > 0 then
    table.insert(lines, "START " .. units.msf(track.pregap))
  end
  for _, at in ipairs(track.indexes or {}) do
    table.insert(lines, "INDEX " .. units.msf(at))
  end
end

--- The text of a TOC file.
-- @tparam table disc
-- @treturn string
function toc_writer.format(disc)
  if disc.tracks[1].number ~= 1 then
    cannot("the first track is number %d", disc.tracks[1].number)
  end
  local lines = {TYPES[disc.type or model.type(disc)]}
  if disc.mcn then
    table.insert(lines, ('CATALOG "%s"'):format(disc.mcn))
  end
  local languages = languages_of(disc)
  add_disc_text(lines, languages)
  for i in ipairs(disc.tracks) do
    add_track(lines, disc, languages, i)
  end
  return table.concat(lines, "\n") .. "\n"
end

return toc_writer
