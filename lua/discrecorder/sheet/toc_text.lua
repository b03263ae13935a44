--- The CD_TEXT blocks of cdrdao's TOC files: reading.
-- @module discrecorder.sheet.toc_text

local fault = require "discrecorder.sheet.fault"

local toc_text = {}

local ITEMS <const> = {
  TITLE = "title", PERFORMER = "performer", SONGWRITER = "songwriter",
  COMPOSER = "composer", ARRANGER = "arranger", MESSAGE = "message",
  DISC_ID = "disc_id", GENRE = "genre", UPC_EAN = "upc_ean", ISRC = "isrc",
}

-- What can be made anew from the disc itself is read over.
local MADE_ANEW <const> = {
  TOC_INFO1 = true, TOC_INFO2 = true, SIZE_INFO = true, RESERVED1 = true,
  RESERVED2 = true, RESERVED3 = true, CLOSED = true,
}

local ENCODINGS <const> = {
  ENCODING_ISO_8859_1 = "iso-8859-1", ENCODING_ASCII = "ascii",
  ENCODING_MS_JIS = "ms-jis",
}

-- `{ 0, 10, 255 }`
local function bytes(lexer)
  lexer:expect("mark", "{")
  local list = {}
  while not lexer:accept("mark", "}") do
    local token = lexer:expect "number"
    if token.value > 255 then
      fault.at(token.line, "%d is no byte", token.value)
    end
    table.insert(list, string.char(token.value))
    lexer:accept("mark", ",")
  end
  return table.concat(list)
end

-- The genre as it is on a disc: its code, and a text that ends with 0.
local function set_genre(text, data)
  if #data >= 2 then
    text.genre_code = string.unpack(">I2", data)
    local rest = data:sub(3):match "^[^%z]*"
    if rest ~= "" then
      text.genre = require("discrecorder.charset").decode(rest, "iso-8859-1")
    end
  end
end

local function item(lexer, text)
  local token = lexer:expect "word"
  local key = ITEMS[token.value]
  if not key and not MADE_ANEW[token.value] then
    fault.at(token.line, "'%s' is no CD-TEXT item", token.value:sub(1, 40))
  end
  local value = lexer:accept "string"
  if value then
    value = value.value
  else
    value = bytes(lexer)
    if key == "genre" then
      set_genre(text, value)
      return
    elseif key then -- the bytes of a text
      value = require("discrecorder.charset").decode(value, "iso-8859-1")
    end
  end
  if key and value ~= "" then
    text[key] = value
  end
end

local function language_map(lexer, languages)
  lexer:expect("mark", "{")
  while not lexer:accept("mark", "}") do
    local slot = lexer:expect "number"
    lexer:expect("mark", ":")
    local word = lexer:accept "word"
    local code = word and (word.value == "EN" and 9) or not word
      and lexer:expect("number").value
    if not code or code > 255 or slot.value > 7 then
      fault.at(slot.line, "language %d is not 0 to 7, or its code none",
        slot.value)
    end
    languages[slot.value] = languages[slot.value] or {tracks = {}}
    languages[slot.value].code = code
  end
end

local function language(lexer, languages, track)
  local slot = lexer:expect "number"
  if slot.value > 7 then
    fault.at(slot.line, "there is no language %d: they are 0 to 7", slot.value)
  end
  local block = languages[slot.value]
  if not block then
    block = {tracks = {}}
    languages[slot.value] = block
  end
  local text = track and block.tracks[track] or not track and block.disc or {}
  lexer:expect("mark", "{")
  while not lexer:accept("mark", "}") do
    local word = lexer:peek()
    local encoding = word.kind == "word" and ENCODINGS[word.value]
    if encoding then
      lexer:next()
      block.encoding = encoding
    else
      item(lexer, text)
    end
  end
  if track then
    block.tracks[track] = text
  else
    block.disc = text
  end
end

--- Read a block, from its `{` to its `}`.
-- @tparam table lexer
-- @tparam table languages what was read so far, by number
-- @tparam[opt] integer track its place; nil for the disc
function toc_text.block(lexer, languages, track)
  lexer:expect("mark", "{")
  while not lexer:accept("mark", "}") do
    local word = lexer:expect "word"
    if word.value == "LANGUAGE_MAP" and not track then
      language_map(lexer, languages)
    elseif word.value == "LANGUAGE" then
      language(lexer, languages, track)
    else
      fault.at(word.line, "'%s' is no part of CD_TEXT", word.value:sub(1, 40))
    end
  end
end

--- Give a disc the texts. A language without a code in the map is left out, as
-- cdrdao does.
-- @tparam table disc
-- @tparam table languages
function toc_text.attach(disc, languages)
  local first = true
  for slot = 0, 7 do
    local block = languages[slot]
    if block and block.code and first then
      first = false
      disc.language, disc.encoding = block.code, block.encoding
      disc.text = block.disc or {}
      for i, track in ipairs(disc.tracks) do
        track.text = block.tracks[i] or {}
      end
    elseif block and block.code then
      local tracks = {}
      for i in ipairs(disc.tracks) do
        tracks[i] = block.tracks[i] or {}
      end
      table.insert(disc.translations, {
        language = block.code,
        encoding = block.encoding,
        disc = block.disc or {},
        tracks = tracks,
      })
    elseif block then
      table.insert(disc.warnings, {
        code = "no_language",
        message = ("CD-TEXT of language %d is not in the map"):format(slot),
      })
    end
  end
end

return toc_text
